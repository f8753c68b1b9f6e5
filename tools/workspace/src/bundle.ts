import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Message, type Metafile } from "esbuild";
import { aliases, aliasOption } from "./aliases.ts";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** `metafile` names files from the root of the workspace. */
export type Bundle = { code: Uint8Array; sourceMap: Uint8Array; metafile: Metafile; warnings: Message[] };

const options = {
  bundle: true,
  platform: "node",
  target: "node22",
  // What the following lines give, docs/performance.md says.
  format: "cjs",
  mainFields: ["module", "main"],
  conditions: ["module"],
  alias: aliasOption(aliases),
  // esbuild takes what it does not know every Node to have for an effect, and keeps patterns that nobody uses.
  supported: { "regexp-unicode-property-escapes": true },
  minify: true,
  legalComments: "none",
  sourcemap: "external",
  metafile: true,
  absWorkingDir: root,
  logLevel: "silent",
} satisfies BuildOptions;

/** The folders of the handlers and of the examples that are handlers, such as `handlers/iam-group`. */
export function listBundled(): string[] {
  return ["examples", "handlers"].flatMap((parent) =>
    readdirSync(`${root}${parent}`)
      .map((name) => `${parent}/${name}`)
      .filter((folder) => existsSync(`${root}${folder}/src/index.ts`))
      .sort(),
  );
}

/** The handler of a folder as one file, in memory. Rejects with a `BuildFailure` that says what is wrong with the sources. */
export async function bundle(folder: string, others: BuildOptions = {}): Promise<Bundle> {
  const [entryPoint, outfile] = [`${folder}/src/index.ts`, `${folder}/dist/index.cjs`];
  const { metafile, outputFiles, warnings } = await build({
    ...options,
    ...others,
    entryPoints: [entryPoint],
    outfile,
    metafile: true,
    write: false,
  });
  const [sourceMap, code] = outputFiles.map(({ contents }) => contents) as [Uint8Array, Uint8Array];
  return { code, sourceMap, metafile, warnings };
}
