import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { packageFolders } from "./bill-of-materials.ts";
import { root } from "./bundle.ts";

/**
 * The licences and notices of the external packages with code in a bundle, each text once. The bundle itself has no
 * comments, and most licences ask that their text is distributed with the code.
 */
export function licenceTexts(metafile: Metafile): string {
  const packages = packageFolders(metafile).map(licencesOf);
  const byText = Map.groupBy(packages, ({ text }) => text);
  const parts = [...byText].map(([text, same]) => ({ names: same.map(({ name }) => name).sort(), text }));
  return parts
    .sort((a, b) => ((a.names[0] ?? "") < (b.names[0] ?? "") ? -1 : 1))
    .map(({ names, text }) => `${names.join("\n")}\n\n${text}\n`)
    .join(`\n${"=".repeat(80)}\n\n`);
}

/** `name`: the package with its version and its licence's SPDX expression. */
function licencesOf(folder: string): { name: string; text: string } {
  const path = join(root, folder);
  const manifest = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const files = readdirSync(path).filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file));
  const texts = files.sort().map((file) => readFileSync(join(path, file), "utf8").trim());
  return {
    name: `${manifest.name} ${manifest.version} (${manifest.license})`,
    text: texts.length > 0 ? texts.join("\n\n") : "The package has no file with its licence.",
  };
}
