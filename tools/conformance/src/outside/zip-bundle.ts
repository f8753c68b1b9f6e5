import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UsageError } from "@sym/command-line/usage-error";
import { type Unzipped, unzipSync } from "fflate";

/** Unpacks the zip of a function with an `index.cjs` into a folder of its own, which `remove` removes. */
export function unpackBundle(file: string): { folder: string; remove(): void } {
  const files = unzipped(file);
  if (!Object.hasOwn(files, "index.cjs"))
    throw new UsageError(
      `${file} has no index.cjs at its top, which is what the local Lambda can run: zip one with the handler index.handler.`,
    );
  const folder = mkdtempSync(path.join(tmpdir(), "conformance-"));
  const remove = () => rmSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const place = path.join(folder, name);
    if (!place.startsWith(folder + path.sep)) {
      remove();
      throw new UsageError(`${file} would put ${name} outside of its folder: make the zip anew.`);
    }
    if (name.endsWith("/")) continue;
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, content);
  }
  return { folder, remove };
}

function unzipped(file: string): Unzipped {
  if (!existsSync(file)) throw new UsageError(`There is no file ${path.resolve(file)}.`);
  try {
    return unzipSync(readFileSync(file));
  } catch {
    throw new UsageError(`${file} cannot be read as a zip: give the one that is uploaded to Lambda.`);
  }
}
