import { readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "@sym/command-line/usage-error";
import type { Files } from "./files.ts";
import { type Names, rename } from "./names.ts";

/** Text that goes behind what `after` finds, once, in a file in which handlers are listed, or can be. */
type Entry = { file: string; after: RegExp; text: (found: string) => string };

/** The files in which handlers are listed, with the new one among them. `dropped`: dependencies that it does without. */
export function addToLists(root: string, from: Names, to: Names, dropped: string[]): Files {
  const files: Files = {};
  for (const { file, after, text } of entries(from, to)) {
    const content = files[file] ?? readFileSync(path.join(root, file), "utf8");
    const [found] = after.exec(content) ?? [];
    if (found === undefined)
      throw new UsageError(
        `${file} is not as expected: it has nothing like ${after.source}, to list handlers after.`,
      );
    files[file] = content.replace(found, () => found + text(found));
  }
  files["infra/aws/main.tf"] = aligned(files["infra/aws/main.tf"] ?? "");
  const lock = readFileSync(path.join(root, "pnpm-lock.yaml"), "utf8");
  files["pnpm-lock.yaml"] = locked(lock, from, to, dropped);
  return files;
}

function entries(from: Names, { kebab, snake }: Names): Entry[] {
  const keys = (file: string): Entry => ({ file, after: /its keys can be /, text: () => `${kebab}, ` });
  return [
    {
      file: "README.md",
      after: new RegExp(`^\\| \\[${from.kebab}\\]\\(.*\\n`, "m"),
      text: (row) => rename(row, from, { kebab, snake, camel: snake }),
    },
    {
      file: "infra/aws/main.tf",
      after: /for name, handler in \{\n/,
      text: () => `      ${snake} = var.${snake}\n`,
    },
    {
      file: "infra/aws/main.tf",
      after: /^ {2}handlers = merge\(\n/m,
      text: () => `    { for module in module.${snake} : "${kebab}" => module },\n`,
    },
    { file: "infra/sym/variables.tf", after: /keys\(var\.function_arns\), \[/, text: () => `"${kebab}", ` },
    keys("infra/sym/variables.tf"),
    keys("tools/infra-tests/src/sym-refusals.test.ts"),
    { file: "infra/sym/flow.tf", after: /static_targets = merge\(/, text: () => `local.${snake}_targets, ` },
    {
      file: "infra/sym/flow.tf",
      after: /setsubtract\(compact\(\[\n/,
      text: () => `    length(var.${snake}_targets) > 0 ? "${kebab}" : "",\n`,
    },
    {
      file: "infra/sym/flow.tf",
      after: /^ {2}targets = concat\(\n/m,
      text: () => `    [for target in sym_target.${snake} : target.id],\n`,
    },
    {
      file: "infra/sym/outputs.tf",
      after: /for target in concat\(\n/,
      text: () => `    values(sym_target.${snake}),\n`,
    },
  ];
}

/** With the values of the handlers' variables below each other, as `terraform fmt` has them. */
function aligned(main: string): string {
  return main.replace(/(^ {6}\w+ += var\.\w+\n)+/m, (lines) => {
    const pairs = Array.from(
      lines.matchAll(/(\w+) += (.*)\n/g),
      ([, name = "", value = ""]) => [name, value] as const,
    );
    const width = Math.max(...pairs.map(([name]) => name.length));
    return pairs.map(([name, value]) => `      ${name.padEnd(width)} = ${value}\n`).join("");
  });
}

/** The lock file with the new package in its place. It depends on nothing that is not locked already. */
function locked(lock: string, from: Names, to: Names, dropped: string[]): string {
  const blocks = Array.from(lock.matchAll(/^ {2}(\S+):\n(?: {4}.*\n)+\n/gm), ([text, key = ""]) => ({
    text,
    key,
  }));
  const source = blocks.find(({ key }) => key === `handlers/${from.kebab}`);
  const key = `handlers/${to.kebab}`;
  const next = blocks.find((block) => /^(handlers|packages)\//.test(block.key) && block.key > key);
  if (!source || !next)
    throw new UsageError(
      "pnpm-lock.yaml does not know the handler that is to be copied: run npm run build first.",
    );
  let copy = source.text.replace(source.key, key);
  for (const name of dropped)
    copy = copy.replace(new RegExp(`^ {6}'?${name}'?:\\n {8}.*\\n {8}.*\\n`, "m"), "");
  return lock.replace(next.text, () => copy + next.text);
}
