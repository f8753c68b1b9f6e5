import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "@sym/command-line/usage-error";

export const workspaceRoot = fileURLToPath(new URL("../../../", import.meta.url));
const handlersFolder = path.join(workspaceRoot, "handlers");

/** The built bundle of a handler: `<folder>/<handler>/dist/index.cjs`; the folder is `handlers` unless given. */
export function findBundle(handler: string, folder = handlersFolder): string {
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

/** The names of the folders in `handlers`, or in another folder. */
export function listHandlers(folder = handlersFolder): string[] {
  if (!existsSync(folder)) throw new UsageError(`There is no folder ${folder} to look for handlers in.`);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
