import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuildFailure, formatMessages, type Message } from "esbuild";
import { billOfMaterials } from "./bill-of-materials.ts";
import { bundle, listBundled, root } from "./bundle.ts";
import { licenceTexts } from "./licence-texts.ts";
import { zipOf } from "./zip.ts";

/**
 * Bundles every handler, every example and the flow: `dist/index.cjs` with its source map, bill of materials and
 * licences, and `dist/<folder>.zip`, which holds only the bundle. The same sources give the same bytes on every machine. Returns the
 * compiler's errors and warnings as formatted text.
 */
export async function buildAll(): Promise<{ errors: string[]; warnings: string[] }> {
  const results = await Promise.all(listBundled().map(buildOne));
  return {
    errors: await inWords(
      "error",
      results.flatMap(({ errors }) => errors),
    ),
    warnings: await inWords(
      "warning",
      results.flatMap(({ warnings }) => warnings),
    ),
  };
}

type Messages = Pick<BuildFailure, "errors" | "warnings">;

/** Builds one folder. If the build fails, deletes the old bundle. */
async function buildOne(folder: string): Promise<Messages> {
  const name = basename(folder);
  const dist = join(root, folder, "dist");
  try {
    const { code, sourceMap, metafile, warnings } = await bundle(folder);
    mkdirSync(dist, { recursive: true });
    keep(join(dist, "index.cjs"), code);
    keep(join(dist, "index.cjs.map"), sourceMap);
    keep(join(dist, `${name}.zip`), zipOf("index.cjs", code));
    const bill = JSON.stringify(billOfMaterials(name, metafile), null, 2);
    keep(join(dist, `${name}.sbom.json`), Buffer.from(`${bill}\n`));
    keep(join(dist, `${name}.licences.txt`), Buffer.from(licenceTexts(metafile)));
    return { errors: [], warnings };
  } catch (error) {
    rmSync(dist, { recursive: true, force: true });
    if (!isBuildFailure(error)) throw error;
    return error;
  }
}

/** Writes a file only if its content differs, because a running function may be about to read the file. */
function keep(file: string, content: Uint8Array): void {
  if (!isEqual(file, content)) writeFileSync(file, content);
}

function isEqual(file: string, content: Uint8Array): boolean {
  try {
    return readFileSync(file).equals(content);
  } catch {
    return false;
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && "warnings" in error;
}

/** Formats the messages; a message about a file that several handlers share appears once. */
async function inWords(kind: "error" | "warning", messages: Message[]): Promise<string[]> {
  const options = { kind, color: process.stderr.isTTY, terminalWidth: process.stderr.columns ?? 0 };
  return [...new Set(await formatMessages(messages, options))];
}
