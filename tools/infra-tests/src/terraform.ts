import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export const infraFolder = fileURLToPath(new URL("../../../infra", import.meta.url));
export const packagesFolder = fileURLToPath(new URL("../../../packages", import.meta.url));
export const handlersFolder = fileURLToPath(new URL("../../../handlers", import.meta.url));

/** The time limit of a command, in ms. The slowest command takes 40 s on two idle cores. */
const STUCK_AFTER = 15 * 60_000;

/** A copy of `infra/`, in which Terraform keeps its state without changing the workspace. */
export type Workspace = {
  folder: string;
  /**
   * Runs a command in `root`, a folder below `infra/` such as `aws`, and returns its output. Throws, with the output,
   * for an exit code that is not in `codes` (default `[0]`).
   */
  terraform(root: string, args: string[], options?: RunOptions): Promise<TerraformRun>;
  /** Links the built handlers and packages to the places where `infra/aws` and `infra/flow` expect their zips. */
  linkBundles(): void;
  remove(): void;
};

type RunOptions = { environment?: Record<string, string>; codes?: number[] };
export type TerraformRun = { code: number; output: string };

/** The folders of mirrors, by owner of the providers: `hashicorp` and, if available, `symopsio`. */
export type Mirrors = Record<string, string>;

export function terraformVersion(): string | undefined {
  const { status, stdout } = spawnSync("terraform", ["version", "-json"], { encoding: "utf8" });
  return status === 0 ? JSON.parse(stdout).terraform_version : undefined;
}

/** Terraform's own files and state, and the developer's variables. */
const notCopied = /\.terraform|\.tfstate|\.tfvars/;

/**
 * Copies `infra/` and writes a command-line configuration with the mirrors; Terraform finds other providers as usual.
 * Changes to `.terraform` stay in the copy.
 */
export function createWorkspace(mirrors: Mirrors, source = infraFolder): Workspace {
  const folder = mkdtempSync(path.join(tmpdir(), "sym-infra-"));
  const infra = path.join(folder, "infra");
  cpSync(source, infra, { recursive: true, filter: (file) => !notCopied.test(file) });
  const configuration = path.join(folder, "terraform.rc");
  writeFileSync(configuration, commandLineConfiguration(mirrors));
  const home = path.join(folder, "home");
  mkdirSync(home);
  return {
    folder: infra,
    terraform: (root, args, { environment = {}, codes = [0] } = {}) =>
      run(path.join(infra, root), args, {
        codes,
        environment: {
          PATH: process.env["PATH"] ?? "",
          HOME: home,
          TF_CLI_CONFIG_FILE: configuration,
          TF_IN_AUTOMATION: "1",
          TF_INPUT: "0",
          TF_CLI_ARGS: "-no-color",
          CHECKPOINT_DISABLE: "1",
          ...environment,
        },
      }),
    linkBundles: () => {
      symlinkSync(handlersFolder, path.join(folder, "handlers"));
      symlinkSync(packagesFolder, path.join(folder, "packages"));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function commandLineConfiguration(mirrors: Mirrors): string {
  const names = Object.keys(mirrors).map((owner) => `registry.terraform.io/${owner}/*`);
  const blocks = Object.entries(mirrors).map(
    ([owner, folder]) =>
      `  filesystem_mirror {\n    path    = ${JSON.stringify(folder)}\n    include = ["registry.terraform.io/${owner}/*"]\n  }\n`,
  );
  return `disable_checkpoint = true\nprovider_installation {\n${blocks.join("")}  direct {\n    exclude = ${JSON.stringify(names)}\n  }\n}\n`;
}

async function run(
  folder: string,
  args: string[],
  { environment, codes }: Required<RunOptions>,
): Promise<TerraformRun> {
  const child = spawn("terraform", args, {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: STUCK_AFTER,
  });
  const [output, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exit) => resolve(exit ?? -1));
    }),
  ]);
  const how = child.killed ? `was stopped after ${STUCK_AFTER / 60_000} minutes` : `ended with code ${code}`;
  if (!codes.includes(code))
    throw new Error(
      `terraform ${args.join(" ")} ${how} in ${folder}:\n${child.killed ? output : ""}${errors || output}`,
    );
  return { code, output: output + errors };
}
