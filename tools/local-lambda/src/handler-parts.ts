import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { listHandlers, workspaceRoot } from "./handler-bundles.ts";

/**
 * What a handler says about itself to the tools, in the file `handlers/<handler>/sandbox/<part>.ts`. Tools find these
 * files by their names, so a new handler is in no list.
 */
export type Part = "chaos" | "conformance" | "demo" | "least-privilege" | "sym-targets" | "system";

/** The handlers of this workspace that have this part, by name. */
export function handlersWith(part: Part): string[] {
  return listHandlers().filter((handler) => existsSync(fileOf(handler, part)));
}

/** What the file of this part exports, or undefined if the handler has no such file. */
export async function loadPart(handler: string, part: Part): Promise<Record<string, unknown> | undefined> {
  if (!handlersWith(part).includes(handler)) return undefined;
  return await import(pathToFileURL(fileOf(handler, part)).href);
}

function fileOf(handler: string, part: Part): string {
  return path.join(workspaceRoot, "handlers", handler, "sandbox", `${part}.ts`);
}
