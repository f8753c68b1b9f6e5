import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "@sym/command-line/usage-error";

export const workspaceRoot = fileURLToPath(new URL("../../../", import.meta.url));
const handlersFolder = path.join(workspaceRoot, "handlers");

/** The built bundle of a handler: `<folder>/<handler>/dist/index.cjs`. The default folder is `handlers`. */
export function findBundle(handler: string, folder = handlersFolder): string {
  const handlers = listHandlers(folder);
  if (!handlers.includes(handler))
    throw new UsageError(
      `No handler "${handler}" exists in ${folder}. Choose from: ${handlers.join(", ") || "none"}.`,
    );
  const bundle = path.join(folder, handler, "dist", "index.cjs");
  if (!existsSync(bundle))
    throw new UsageError(`The handler ${handler} is not built: ${bundle} does not exist. Run npm run build.`);
  return bundle;
}

/** The names of the handlers in a folder. The default folder is `handlers`. */
export function listHandlers(folder = handlersFolder): string[] {
  if (!existsSync(folder))
    throw new UsageError(`The folder ${folder} does not exist. Set --handlers to a folder with handlers.`);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
