import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Files } from "./files.ts";

/**
 * Writes all files or none. Writes the files into a temporary folder first, then moves each to its place. If a move
 * fails, undoes the earlier moves and throws the error. `folder` is new, and moves as a whole.
 */
export function apply(root: string, folder: string, files: Files): void {
  const stage = mkdtempSync(path.join(root, ".new-handler-"));
  const undo: (() => void)[] = [];
  try {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(stage, file)), { recursive: true });
      writeFileSync(path.join(stage, file), content);
    }
    const others = Object.keys(files).filter((file) => !file.startsWith(`${folder}/`));
    for (const moved of [folder, ...others]) {
      const place = path.join(root, moved);
      const before = existsSync(place) ? readFileSync(place) : undefined;
      renameSync(path.join(stage, moved), place);
      undo.push(() => (before ? writeFileSync(place, before) : rmSync(place, { recursive: true })));
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}
