// The saved queries of infra/aws: every field is a field of the event line, and docs/operations.md has the same text.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventLineFields } from "@sym/api-descriptions/event-line";
import { expect, test } from "vitest";
import { root } from "../bundle.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The queries, by name, without the indentation of Terraform's heredoc. */
const queries = [...read("infra/aws/queries.tf").matchAll(/"([\w ]+)" = <<-EOT\n([\s\S]*?)\n +EOT/g)].map(
  ([, name = "", text = ""]) => ({ name, text: text.replace(/^ {6}/gm, "") }),
);

// Source: CloudWatch Logs user guide, "CloudWatch Logs Insights language query syntax".
const commands = ["fields", "filter", "limit", "sort", "stats"];
const functions = ["coalesce", "count", "latest", "sortsFirst", "sortsLast"];
const words = ["and", "as", "asc", "by", "desc", "in", "like", "or"];

/** The names in a query, besides texts and comments. */
function namesIn(query: string): string[] {
  const code = query.replace(/^ *#.*$/gm, "").replace(/"[^"]*"/g, "");
  return code.match(/[@A-Za-z_][\w@.]*/g) ?? [];
}

test("infra/aws has three saved queries, each in docs/operations.md word for word", () => {
  expect(queries.map(({ name }) => name)).toEqual([
    "who had access",
    "what fails and why",
    "what one person had",
  ]);
  for (const { name, text } of queries) {
    expect(read("docs/operations.md")).toContain(`**\`sym/${name}\`**`);
    expect(read("docs/operations.md")).toContain(`\`\`\`\n${text}\n\`\`\``);
  }
});

test.for(queries)("every field of the query $name is in the schema of the event line", ({ text }) => {
  const names = namesIn(text);
  const aliases = names.filter((_, index) => names[index - 1] === "as");
  const known = [...commands, ...functions, ...words, ...aliases, ...eventLineFields];
  expect(names.filter((name) => !known.includes(name))).toEqual([]);
  expect(names.filter((name) => eventLineFields.includes(name)).length).toBeGreaterThan(3);
  // A name that is both would hide a field that the schema no longer has.
  expect(aliases.filter((name) => eventLineFields.includes(name))).toEqual([]);
});

test.for(queries)("every part of the query $name begins with a command", ({ text }) => {
  const code = text.replace(/^ *#.*$/gm, "").replace(/"[^"]*"/g, "");
  for (const part of code.split("|")) expect(commands).toContain(part.trim().split(/\s/)[0]);
});
