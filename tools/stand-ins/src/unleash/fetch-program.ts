import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** An npm package at an exact version; `beside`: other packages that the program needs, with their versions. */
export type Program = { name: string; version: string; beside?: string[] };

/**
 * Returns a folder whose `node_modules` has the program. If the cache lacks the program, fetches it with npm, without running
 * install scripts. Throws with npm's last line if the download fails.
 */
export async function fetchProgram({ name, version, beside = [] }: Program): Promise<string> {
  const cache = process.env["SANDBOX_CACHE"] || path.join(homedir(), ".cache", "sym-sandbox");
  const folder = path.join(cache, `${path.basename(name)}-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(path.join(cache, "fetching-"));
  const options = ["--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];
  try {
    await promisify(execFile)("npm", ["install", ...options, `${name}@${version}`, ...beside], {
      cwd: draft,
      env: { ...process.env, npm_config_global: "false" },
      timeout: 300_000,
    });
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (existsSync(folder)) return folder; // Another process was faster.
    const last = String((error as { stderr?: unknown }).stderr ?? error)
      .trim()
      .split("\n")
      .at(-1);
    throw new Error(`${name}@${version} cannot be fetched: ${last}`);
  }
  return folder;
}
