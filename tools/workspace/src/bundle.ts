import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Message, type Metafile } from "esbuild";
import { aliases, aliasOption } from "./aliases.ts";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** A bundle in memory. The paths in `metafile` start at the root of the workspace. */
export type Bundle = { code: Uint8Array; sourceMap: Uint8Array; metafile: Metafile; warnings: Message[] };

// The hash of a bundle is known only after its build. The placeholder has the hash's length, so that the columns of the
// source map stay right.
const placeholder = "____________";
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

const options = {
  bundle: true,
  platform: "node",
  target: "node22",
  // docs/performance.md lists the gain of each following line.
  format: "cjs",
  mainFields: ["module", "main"],
  conditions: ["module"],
  alias: aliasOption(aliases),
  // Without this line, esbuild treats patterns with Unicode properties as side effects, and keeps the unused patterns.
  supported: { "regexp-unicode-property-escapes": true },
  minify: true,
  legalComments: "none",
  sourcemap: "external",
  metafile: true,
  absWorkingDir: root,
  logLevel: "silent",
  define: { BUNDLE_VERSION: JSON.stringify(`${version}+${placeholder}`) },
} satisfies BuildOptions;

/** The folders with a bundle: the handlers, such as `handlers/iam-group`, the examples that are handlers, and the flow. */
export function listBundled(): string[] {
  const handlers = ["examples", "handlers"].flatMap((parent) =>
    readdirSync(`${root}${parent}`)
      .map((name) => `${parent}/${name}`)
      .filter((folder) => existsSync(`${root}${folder}/src/index.ts`))
      .sort(),
  );
  return [...handlers, "packages/flow-functions", "packages/slack-door"];
}

/**
 * Bundles the functions of a folder into one file, in memory. Rejects with a `BuildFailure` if the sources have errors.
 */
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
  return { code: withVersion(code), sourceMap, metafile, warnings };
}

/** Puts the start of the bundle's own hash into its version. */
function withVersion(code: Uint8Array): Uint8Array {
  const hash = createHash("sha256").update(code).digest("hex").slice(0, placeholder.length);
  const text = Buffer.from(code).toString("utf8");
  return Buffer.from(text.replaceAll(`${version}+${placeholder}`, `${version}+${hash}`));
}
