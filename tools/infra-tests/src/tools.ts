import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { findMoto } from "@sym/stand-ins/moto";
import { expect, test } from "vitest";
import { terraformVersion } from "./terraform.ts";

/** The tools that these tests need. Without a mirror, Terraform gets the AWS provider from its registry. */
export type Tools = { python: string; awsMirror: string | undefined };

const inCi = Boolean(process.env["CI"]);

/**
 * The tools; undefined if a tool is missing: the run then prints the reason, and with `CI` set a test fails. Terraform
 * and Python with moto come from the `PATH`, the AWS provider from the folder in `TF_MIRROR`, from one of Terraform's
 * implied mirrors, or from a mirror below /opt, /usr/local or /usr/share.
 */
export function findTools(): Tools | undefined {
  const python = findMoto();
  const missing = [
    ...(terraformVersion() ? [] : ["Terraform: install it so that `terraform` is on the PATH"]),
    ...(python ? [] : ["Python with moto: install moto[server], or set PYTHON to a Python that has it"]),
  ];
  for (const reason of missing) process.stderr.write(`SKIPPED: tests of infra/, without ${reason}\n`);
  test.runIf(inCi)("the tools are installed in CI", () => {
    expect(missing).toEqual([]);
  });
  return python && missing.length === 0 ? { python, awsMirror: findMirror("hashicorp/aws") } : undefined;
}

/** The folder that holds `registry.terraform.io/<provider>`. */
function findMirror(provider: string): string | undefined {
  const named = process.env["TF_MIRROR"];
  if (named !== undefined) return named;
  const usual = [
    path.join(homedir(), ".terraform.d/plugins"),
    path.join(homedir(), ".local/share/terraform/plugins"),
    ...["/opt", "/usr/local", "/usr/local/share", "/usr/share"].flatMap((folder) => [
      folder,
      ...subfolders(folder),
      ...subfolders(folder).flatMap(subfolders),
    ]),
  ];
  return usual.find((folder) => existsSync(path.join(folder, "registry.terraform.io", provider)));
}

function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => path.join(folder, entry.name));
  } catch {
    return []; // The folder cannot be read.
  }
}
