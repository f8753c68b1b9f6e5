import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { findMoto } from "@sym/stand-ins/moto";
import { expect, test } from "vitest";
import { terraformVersion } from "./terraform.ts";

/** What these tests need of the machine. Without a mirror, Terraform asks its registry for the AWS provider. */
export type Tools = { python: string; awsMirror: string | undefined };

const inCi = Boolean(process.env["CI"]);

/**
 * The tools, or nothing if one is missing: then the reason is printed, and with `CI` set a test fails. Terraform and
 * Python with moto are taken from the `PATH`. The AWS provider comes from the folder that `TF_MIRROR` names, from one of
 * Terraform's implied mirrors, or from one below /opt or /usr/local.
 */
export function findTools(): Tools | undefined {
  const python = findMoto();
  const missing = [
    ...(terraformVersion() ? [] : ["Terraform: install it so that `terraform` is on the PATH"]),
    ...(python ? [] : ["Python with moto: install moto[server], or set PYTHON to a Python that has it"]),
  ];
  for (const reason of missing) process.stderr.write(`SKIPPED: tests of infra/, for want of ${reason}\n`);
  test.runIf(inCi)("the tools are there where tests may not be skipped", () => {
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
    return []; // Not ours to read.
  }
}
