import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "@sym/command-line/usage-error";
import { type Names, rename, type Source } from "./names.ts";

/** Contents by path from the root of the workspace. */
export type Files = Record<string, string>;

/** Whether a file concerns only the copied handler's system: its own tests, and its permissions in AWS. */
const special = (file: string) =>
  file === "permissions.md" || /^src\/.*\.test(-support)?\.ts$|^sandbox\/(?!conformance\.)/.test(file);

/** Copies the folder of a handler under the new name, without the files that concern only its system. */
export function copyHandler(root: string, { folder: source, names }: Source, to: Names): Files {
  const files: Files = {};
  for (const folder of ["", "src", "sandbox"]) {
    for (const entry of readdirSync(path.join(root, source, folder), { withFileTypes: true })) {
      if (!entry.isFile() || special(path.join(folder, entry.name))) continue;
      const original = readFileSync(path.join(root, source, folder, entry.name), "utf8");
      const text = original.replaceAll(`${source}\n`, `handlers/${names.kebab}\n`);
      files[path.join("handlers", to.kebab, folder, rename(entry.name, names, to))] = rename(text, names, to);
    }
  }
  const readme = `handlers/${to.kebab}/README.md`;
  files[readme] = withoutTraps(files[readme] ?? "");
  return files;
}

/** Drops the section of traps, because each trap names a test, and the tests are not copied. */
function withoutTraps(readme: string): string {
  return readme.replace(/^## Traps\n[\s\S]*?(?=^## |(?![\s\S]))/m, "").replace(/\n+$/, "\n");
}

/** Drops dependencies that no copied file imports. */
export function withoutUnused(manifest: string, sources: string[]): string {
  const parsed = JSON.parse(manifest) as Record<string, Record<string, string>>;
  for (const kind of ["dependencies", "devDependencies"])
    for (const name of Object.keys(parsed[kind] ?? {})) {
      const isUsed = sources.some((source) => source.includes(`"${name}"`) || source.includes(`"${name}/`));
      if (!isUsed && name !== "@types/node") delete parsed[kind]?.[name];
    }
  return `${JSON.stringify(parsed, undefined, 2)}\n`;
}

/** Formats a file, because the new names change line breaks and the order of imports. Throws Biome's error. */
export function format(root: string, file: string, content: string): string {
  const { status, stdout, stderr, error } = spawnSync(
    "biome",
    ["check", "--write", `--stdin-file-path=${file}`],
    { cwd: root, input: content, encoding: "utf8" },
  );
  if (status !== 0) throw new UsageError(`Biome cannot format ${file}: ${error?.message ?? stderr}`);
  return stdout;
}
