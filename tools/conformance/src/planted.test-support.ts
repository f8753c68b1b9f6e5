import { readFileSync } from "node:fs";
import path from "node:path";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";
import { build, type Plugin } from "esbuild";
import { temporaryFolder } from "./run.test-support.ts";

/** A mistake that the author of a copied handler could make: in the file, `instead` replaces `text`. */
export type PlantedFault = { handler?: Copied; file: string; text: string; instead: string };

/** The copied handlers; github-team for faults with roles. */
export type Copied = "iam-group" | "github-team";

/** Builds a handler from its source, with or without a fault, into a folder that is removed after the test. */
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
  if (found !== 1) throw new Error(`The fault's text is ${found} times in ${file} instead of once: ${text}`);
  return {
    name: "planting",
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, (loading) =>
        loading.path === file ? { contents: source.replace(text, () => instead), loader: "ts" } : undefined,
      );
    },
  };
}
