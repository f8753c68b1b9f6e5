import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";

/** The zip of a handler from `npm run build`. */
export function zipOf(handler: string): string {
  return fileOf(handler, `${handler}.zip`);
}

/** The version that the build wrote into the bundle, such as `0.1.0+0123456789ab`; undefined without a build. */
export function localVersionOf(handler: string | undefined): string | undefined {
  const bundle = handler && fileOf(handler, "index.cjs");
  if (!bundle || !existsSync(bundle)) return undefined;
  return /\d+\.\d+\.\d+\+[\da-f]{12}\b/.exec(readFileSync(bundle, "utf8"))?.[0];
}

function fileOf(handler: string, file: string): string {
  return path.join(workspaceRoot, "handlers", handler, "dist", file);
}
