import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "@sym/command-line/usage-error";
import type { ReleaseFiles } from "./files.ts";

/** Refuses a folder with files: a file of another release would stay. */
export function refuseFull(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UsageError(`The folder ${folder} has files. Give a new or empty folder.`);
}

export function writeInto(folder: string, files: ReleaseFiles): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
}
