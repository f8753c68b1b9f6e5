// Bundles the handler in the current folder: dist/index.cjs, its source map and its bill of materials beside it, and
// dist/<handler>.zip with nothing but the bundle in it. The same sources give the same bytes on every machine.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build } from "esbuild";
import { billOfMaterials } from "./bill-of-materials.ts";
import { lean } from "./lean.ts";
import { zipOf } from "./zip.ts";

const handler = basename(process.cwd());

rmSync("dist", { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ["src/index.ts"],
  outfile: "dist/index.cjs",
  bundle: true,
  platform: "node",
  target: "node22",
  // What each of the following lines gives, docs/performance.md says.
  format: "cjs",
  mainFields: ["module", "main"],
  conditions: ["module"],
  minify: true,
  legalComments: "none",
  sourcemap: "external",
  metafile: true,
  plugins: [lean],
});

writeFileSync(`dist/${handler}.zip`, await zipOf("index.cjs", readFileSync("dist/index.cjs")));
const bill = JSON.stringify(billOfMaterials(handler, metafile), null, 2);
writeFileSync(`dist/${handler}.sbom.json`, `${bill}\n`);
