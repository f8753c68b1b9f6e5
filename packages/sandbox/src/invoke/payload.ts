import { readFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { Mistake } from "../mistake.ts";
import { isObject, withField } from "../payload-fields.ts";
import type { Edit } from "./options.ts";

/** The payload of a file, or of stdin for `-`, with the changes that were asked for. */
export async function loadPayload(file: string, edits: Edit[]): Promise<unknown> {
  const payload = parse(file, file === "-" ? await text(process.stdin) : read(file));
  if (edits.length > 0 && !isObject(payload))
    throw new Mistake(
      `${called(file)} is no JSON object, so --user and the like cannot change anything in it.`,
    );
  return edits.reduce((changed, { path, value }) => withField(changed, path, value), payload);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw new Mistake(`There is no file ${path.resolve(file)}.`);
    throw new Mistake(`The file ${file} cannot be read (${code}).`);
  }
}

function parse(file: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    throw new Mistake(`${called(file)} cannot be understood: ${reason}.`);
  }
}

function called(file: string): string {
  return file === "-" ? "What came from stdin" : file;
}
