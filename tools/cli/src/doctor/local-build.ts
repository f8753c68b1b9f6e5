import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";

/** The zip from `npm run build` in a folder of the workspace, such as `handlers/iam-group`. */
export function zipIn(folder: string): string {
  return path.join(workspaceRoot, folder, "dist", `${path.basename(folder)}.zip`);
}

/** The version that the build wrote into the bundle, such as `0.1.0+0123456789ab`; undefined without a build. */
export function localVersionIn(folder: string | undefined): string | undefined {
  const bundle = folder && path.join(workspaceRoot, folder, "dist", "index.cjs");
  if (!bundle || !existsSync(bundle)) return undefined;
  return /\d+\.\d+\.\d+\+[\da-f]{12}\b/.exec(readFileSync(bundle, "utf8"))?.[0];
}
