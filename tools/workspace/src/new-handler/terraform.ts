import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "@sym/command-line/usage-error";
import type { Files } from "./files.ts";
import { type Names, rename } from "./names.ts";

/**
 * `infra/aws/<handler>.tf` and `infra/sym/<handler>.tf` under the new name. The variable that deploys the handler comes
 * from `infra/aws/variables.tf`, and into the handler's own file.
 */
export function copyTerraform(root: string, from: Names, to: Names): Files {
  const files: Files = {};
  for (const folder of ["infra/aws", "infra/sym"]) {
    const read = (file: string) => readFileSync(path.join(root, folder, file), "utf8");
    const own = withOwnLocals(read(`${from.kebab}.tf`), from.snake);
    const isWhole = new RegExp(`^variable "${from.snake}(_targets)?" `, "m").test(own);
    const copy = rename(isWhole ? own : `${variableBlock(read("variables.tf"), from)}\n${own}`, from, to);
    refuseDeclared(path.join(root, folder), copy, to);
    files[`${folder}/${to.kebab}.tf`] = copy;
  }
  return files;
}

function variableBlock(variables: string, from: Names): string {
  const block = new RegExp(`^variable "${from.snake}" \\{\\n[\\s\\S]*?^\\}\\n`, "m").exec(variables)?.[0];
  if (block) return block;
  throw new UsageError(`infra/aws has no variable "${from.snake}", so it cannot be copied.`);
}

/** Locals that do not have the handler's name in theirs get it, or there would be two of a name. */
function withOwnLocals(text: string, snake: string): string {
  let own = text;
  for (const name of localsIn(text))
    if (!name.includes(snake))
      own = own
        .replaceAll(new RegExp(`^(  )${name}( +=)`, "gm"), `$1${snake}_${name}$2`)
        .replaceAll(new RegExp(`\\blocal\\.${name}\\b`, "g"), `local.${snake}_${name}`);
  return own;
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
