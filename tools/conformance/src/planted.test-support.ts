import { readFileSync } from "node:fs";
import path from "node:path";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";
import { build, type Plugin } from "esbuild";
import { temporaryFolder } from "./run.test-support.ts";

/** One mistake that somebody who copies a handler could make: in its file, this text becomes another. */
export type PlantedFault = { handler?: Copied; file: string; text: string; instead: string };

/** The handlers that are copied; github-team for what needs roles. */
export type Copied = "iam-group" | "github-team";

/** Builds a handler from its own source, with a fault or without one, into a folder that is gone after the test. */
export async function buildWith(fault?: PlantedFault, handler: Copied = "iam-group"): Promise<string> {
  const folder = temporaryFolder();
  const sources = path.join(workspaceRoot, "handlers", fault?.handler ?? handler, "src");
  await build({
    entryPoints: [path.join(sources, "index.ts")],
    outfile: path.join(folder, "index.cjs"),
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    mainFields: ["module", "main"],
    plugins: fault ? [planting(path.join(sources, `${fault.file}.ts`), fault)] : [],
  });
  return folder;
}

function planting(file: string, { text, instead }: PlantedFault): Plugin {
  const source = readFileSync(file, "utf8");
  const found = source.split(text).length - 1;
  if (found !== 1) throw new Error(`The fault's text is ${found} times in ${file}, and not once: ${text}`);
  return {
    name: "planting",
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, (loading) =>
        loading.path === file ? { contents: source.replace(text, () => instead), loader: "ts" } : undefined,
      );
    },
  };
}
