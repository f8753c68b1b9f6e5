import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "@sym/command-line/usage-error";

export const workspaceRoot = fileURLToPath(new URL("../../../", import.meta.url));

/** The built bundle of a handler: `<folder>/<handler>/dist/index.cjs`; the folder is `handlers` unless given. */
export function findBundle(handler: string, folder = path.join(workspaceRoot, "handlers")): string {
  const handlers = listHandlers(folder);
  if (!handlers.includes(handler))
    throw new UsageError(
      `There is no handler "${handler}" in ${folder}: it has ${handlers.join(", ") || "none"}.`,
    );
  const bundle = path.join(folder, handler, "dist", "index.cjs");
  if (!existsSync(bundle))
    throw new UsageError(`The handler ${handler} is not built, so there is no ${bundle}: run pnpm build.`);
  return bundle;
}

function listHandlers(folder: string): string[] {
  if (!existsSync(folder)) throw new UsageError(`There is no folder ${folder} to look for handlers in.`);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
