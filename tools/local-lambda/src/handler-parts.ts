import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { listHandlers, workspaceRoot } from "./handler-bundles.ts";

/**
 * A part of a handler for the tools, in the file `handlers/<handler>/sandbox/<part>.ts`. Tools find these files by
 * name, so a new handler needs no entry in any list.
 */
export type Part =
  | "chaos"
  | "conformance"
  | "console"
  | "demo"
  | "least-privilege"
  | "sym-targets"
  | "system";

/** The names of the handlers with this part. */
export function handlersWith(part: Part): string[] {
  return listHandlers().filter((handler) => existsSync(fileOf(handler, part)));
}

/** The exports of the part's file; undefined if the handler does not have this part. */
export async function loadPart(handler: string, part: Part): Promise<Record<string, unknown> | undefined> {
  if (!handlersWith(part).includes(handler)) return undefined;
  return await import(pathToFileURL(fileOf(handler, part)).href);
}

function fileOf(handler: string, part: Part): string {
  return path.join(workspaceRoot, "handlers", handler, "sandbox", `${part}.ts`);
}
