import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** A copy of the workspace's present state in a temporary folder. */
export type WorkspaceCopy = {
  folder: string;
  /**
   * Runs a shell command in the copy, and returns its output. A failure rejects with an error that has the `output`.
   */
  run(line: string): Promise<string>;
  remove(): void;
};

const notCopied = /(^|\/)(node_modules|dist|\.git|\.turbo|\.sandbox|\.terraform|\.vitest|\.new-handler-\w+)$/;

/** Copies the workspace without installed dependencies and bundles. */
export function copyWorkspace(): WorkspaceCopy {
  return copy((file) => !notCopied.test(file));
}

/** Copies the workspace without bundles, and links the installed dependencies. */
export function copyInstalledWorkspace(): WorkspaceCopy {
  return copy((file, target) => {
    if (path.basename(file) === "node_modules") symlinkSync(file, target);
    return !notCopied.test(file);
  });
}

function copy(filter: (file: string, target: string) => boolean): WorkspaceCopy {
  const folder = mkdtempSync(path.join(tmpdir(), "sym-fork-"));
  cpSync(root, folder, { recursive: true, filter });
  return { folder, run: (line) => run(folder, line), remove: () => rmSync(folder, { recursive: true }) };
}

/** Runs a command as on a developer's machine: with `CI` set, pnpm would not update its lock file. */
function run(cwd: string, line: string): Promise<string> {
  const { CI: _ci, VITEST: _vitest, NODE_ENV: _mode, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const options = { cwd, env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 } as const;
    const child = execFile("bash", ["-c", line], options, (error, stdout, stderr) => {
      const output = stdout + stderr;
      const message = `${line} failed in a copy of the workspace:\n${output}`;
      if (error) reject(Object.assign(new Error(message), { output }));
      else resolve(output);
    });
    child.stdin?.end();
  });
}

/**
 * The command that checks the copy's `infra/` with Terraform: the format of all files, the validity of both roots, and
 * with `tested` the tests of `aws`. Without Terraform or moto, the command prints `SKIPPED: ` with the reason, and
 * fails in CI.
 */
export function infraCheck({ tested }: { tested: boolean }): string {
  const all = ["are formatted", "aws is valid", "the valid values of the cases", "an unknown"];
  return [
    process.env["CI"] ? "CI=true" : "",
    "node tools/workspace/bootstrap.mjs vitest run --config tools/infra-tests/vitest.config.ts",
    "src/lint.test.ts src/aws-refusals.test.ts src/sym-refusals.test.ts",
    `-t '${[...all, ...(tested ? ["the tests of aws pass"] : [])].join("|")}'`,
  ].join(" ");
}
