// Bundles the handler in the current folder: dist/index.cjs, its source map and its bill of materials beside it, and
// dist/<handler>.zip with nothing but the bundle in it. The same sources give the same bytes on every machine.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build } from "esbuild";
import { billOfMaterials } from "./bill-of-materials.ts";
import { withEagerArrows } from "./eager.ts";
import { lean } from "./lean.ts";
import { zipOf } from "./zip.ts";

const handler = basename(process.cwd());

rmSync("dist", { recursive: true, force: true });
const { metafile, outputFiles } = await build({
  entryPoints: ["src/index.ts"],
  outfile: "dist/index.cjs",
  bundle: true,
  platform: "node",
  target: "node22",
  // What each of the following lines gives, docs/performance.md says.
  format: "cjs",
  mainFields: ["module", "main"],
  conditions: ["module"],
  // esbuild takes what it does not know every Node to have for an effect, and keeps patterns that nobody uses.
  supported: { "regexp-unicode-property-escapes": true },
  minify: true,
  legalComments: "none",
  sourcemap: "external",
  metafile: true,
  plugins: [lean],
  write: false,
});

const [sourceMap, code] = outputFiles.map(({ text }) => text) as [string, string];
const eager = withEagerArrows(code, sourceMap);
mkdirSync("dist");
writeFileSync("dist/index.cjs", eager.code);
writeFileSync("dist/index.cjs.map", eager.sourceMap);
writeFileSync(`dist/${handler}.zip`, await zipOf("index.cjs", Buffer.from(eager.code)));
const bill = JSON.stringify(billOfMaterials(handler, metafile), null, 2);
writeFileSync(`dist/${handler}.sbom.json`, `${bill}\n`);
