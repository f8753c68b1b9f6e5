// Bundles the handler in the current folder: dist/index.cjs, its source map beside it, and dist/<handler>.zip with
// nothing but the bundle in it. The same sources give the same bytes on every machine.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build } from "esbuild";
import { zipSync } from "fflate";

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: ["src/index.ts"],
  outfile: "dist/index.cjs",
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs", // The SDK loads faster than from ESM output: 38 ms against 55 ms, as measured for client-iam.
  mainFields: ["module", "main"], // 310 KB instead of 527 KB: the SDK's CommonJS builds cannot be tree-shaken.
  conditions: ["module"],
  minify: true,
  legalComments: "none",
  sourcemap: "external",
});

// A fixed time stamp and mode, so that nothing of the machine gets into the archive.
const entry = { mtime: "1980-01-01T00:00:00", os: 3, attrs: 0o100644 << 16, level: 9 } as const;
const zip = zipSync({ "index.cjs": [readFileSync("dist/index.cjs"), entry] });
writeFileSync(`dist/${basename(process.cwd())}.zip`, zip);
