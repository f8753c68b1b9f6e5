// The documents of what people see in Slack, made by the tests.
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

/** Compares a document with the file in docs/slack; `npm test -- packages/slack-door -u` writes the file anew. */
export async function mustBeDocument(name: string, lines: string[]): Promise<void> {
  const file = fileURLToPath(new URL(`../../../docs/slack/${name}`, import.meta.url));
  await expect(`${stable(lines.join("\n"))}\n`).toMatchFileSnapshot(file);
}

/** What a person sees, as a block of text. */
export function seen(title: string, text: string): string[] {
  return ["", `**${title}**`, "", "```text", ...text.split("\n").flatMap(wrapped), "```"];
}

/** A line of text in lines of 100 columns. */
function wrapped(line: string): string[] {
  const lines = [""];
  for (const word of line.trimEnd().split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && `${last} ${word}`.length > 100) lines.push(`  ${word}`);
    else lines.splice(-1, 1, last === "" ? word : `${last} ${word}`);
  }
  return lines;
}

/** The ids of a run, replaced by fixed ids in their order. */
function stable(text: string): string {
  const ids = new Map<string, string>();
  return text.replace(/flow-[\da-f-]{36}/g, (id) => {
    if (!ids.has(id)) ids.set(id, `flow-${String(ids.size + 1).repeat(8)}-1111-4111-8111-111111111111`);
    return ids.get(id) ?? id;
  });
}
