import { readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "@sym/command-line/usage-error";
import type { Files } from "./files.ts";
import type { Names } from "./names.ts";

/** The two lists of handlers in Terraform: a block of lines, with one handler a line. */
const lists = [
  { file: "infra/aws/main.tf", lines: /^(?: {4}module\.\w+,\n)+/m, line: "module" },
  { file: "infra/sym/flow.tf", lines: /^(?: {4}local\.\w+,\n)+/m, line: "local" },
];

/** The two Terraform files with a line for the new handler, in alphabetical order. */
export function addToLists(root: string, { snake }: Names): Files {
  const files: Files = {};
  for (const { file, lines, line } of lists) {
    const content = readFileSync(path.join(root, file), "utf8");
    const [block] = lines.exec(content) ?? [];
    if (block === undefined)
      throw new UsageError(`${file} has no list of handlers, with lines such as ${line}.iam_group,`);
    const longer = [...block.trimEnd().split("\n"), `    ${line}.${snake},`].sort();
    files[file] = content.replace(block, () => `${longer.join("\n")}\n`);
  }
  return files;
}
