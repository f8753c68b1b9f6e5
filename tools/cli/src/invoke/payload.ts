import { readFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { UsageError } from "@sym/command-line/usage-error";
import { isObject, withField } from "@sym/test-payloads/payload-fields";
import type { Edit } from "./options.ts";

/** Reads the payload from a file, or from stdin for `-`, and applies the edits. */
export async function loadPayload(file: string, edits: Edit[]): Promise<unknown> {
  const payload = parse(file, file === "-" ? await text(process.stdin) : read(file));
  if (edits.length > 0 && !isObject(payload))
    throw new UsageError(
      `${called(file)} is not a JSON object. Leave out --user, --group, --setting and --duration, or give an object.`,
    );
  return edits.reduce((changed, { path, value }) => withField(changed, path, value), payload);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw new UsageError(`The file ${path.resolve(file)} does not exist.`);
    throw new UsageError(`The file ${file} cannot be read (${code}).`);
  }
}

function parse(file: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    throw new UsageError(`${called(file)} is not JSON: ${reason}.`);
  }
}

function called(file: string): string {
  return file === "-" ? "The text from stdin" : file;
}
