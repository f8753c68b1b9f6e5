import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UsageError } from "@sym/command-line/usage-error";
import { type Unzipped, unzipSync } from "fflate";

/** Unpacks a function's zip with an `index.cjs` into a new folder. `remove` deletes the folder. */
export function unpackBundle(file: string): { folder: string; remove(): void } {
  const files = unzipped(file);
  if (!Object.hasOwn(files, "index.cjs"))
    throw new UsageError(
      `${file} has no index.cjs at its top, and the local Lambda runs only an index.cjs. Make a zip for the handler index.handler.`,
    );
  const folder = mkdtempSync(path.join(tmpdir(), "conformance-"));
  const remove = () => rmSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const place = path.join(folder, name);
    if (!place.startsWith(folder + path.sep)) {
      remove();
      throw new UsageError(`${file} would put ${name} outside of its folder. Make the zip anew.`);
    }
    if (name.endsWith("/")) continue;
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, content);
  }
  return { folder, remove };
}

function unzipped(file: string): Unzipped {
  if (!existsSync(file)) throw new UsageError(`The file ${path.resolve(file)} does not exist.`);
  try {
    return unzipSync(readFileSync(file));
  } catch {
    throw new UsageError(`${file} is not a zip. Give the zip that you upload to Lambda.`);
  }
}
