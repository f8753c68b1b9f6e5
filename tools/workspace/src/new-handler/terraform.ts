import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "@sym/command-line/usage-error";
import type { Files } from "./files.ts";
import { type Names, rename, type Source } from "./names.ts";

/** Copies `infra/aws/<handler>.tf` and `infra/sym/<handler>.tf` under the new name. */
export function copyTerraform(root: string, source: Source, to: Names): Files {
  const files: Files = {};
  for (const folder of ["aws", "sym"] as const) {
    const copy = rename(readFileSync(path.join(root, source[folder]), "utf8"), source.names, to);
    refuseDeclared(path.join(root, "infra", folder), copy, to);
    files[`infra/${folder}/${to.kebab}.tf`] = copy;
  }
  return files;
}

function refuseDeclared(folder: string, copy: string, name: Names): void {
  const declared = readdirSync(folder)
    .filter((file) => file.endsWith(".tf"))
    .flatMap((file) => {
      if (file === `${name.kebab}.tf`) return [`the file ${file}`];
      return declarations(readFileSync(path.join(folder, file), "utf8"));
    });
  const wanted = [`the file ${name.kebab}.tf`, ...declarations(copy)];
  const taken = wanted.find((one) => declared.includes(one));
  if (taken)
    throw new UsageError(
      `"${name.kebab}" is taken: infra/${path.basename(folder)} has ${taken} already. Choose another name.`,
    );
}

function declarations(text: string): string[] {
  const blocks = text.matchAll(/^(variable|module|output|check|resource "\w+"|data "\w+") "(\w+)"/gm);
  return [
    ...Array.from(blocks, ([, kind, name]) => `${kind} ${name}`),
    ...localsIn(text).map((name) => `local ${name}`),
  ];
}

function localsIn(text: string): string[] {
  const bodies = text.matchAll(/^locals \{\n([\s\S]*?)^\}/gm);
  return Array.from(bodies).flatMap(([, body = ""]) =>
    Array.from(body.matchAll(/^ {2}(\w+) +=/gm), ([, name = ""]) => name),
  );
}
