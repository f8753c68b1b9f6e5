import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export const root = new URL("../../../../", import.meta.url).pathname;

/** One text file of the workspace; `path` from its root. */
export type Page = { path: string; text: string };

/** Every Markdown file that git knows, or would take. */
export function pages(): Page[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.md"];
  const listed = execFileSync("git", args, { cwd: root, encoding: "utf8" });
  return listed
    .split("\n")
    .filter(Boolean)
    .map((path) => ({ path, text: readFileSync(`${root}${path}`, "utf8") }));
}

/** Where the links lead, those in blocks of code left out. */
export function linksIn({ text }: Page): string[] {
  const prose = text.replace(/^(`{3,})[\s\S]*?^\1/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?\)/g)].map(([, to = ""]) => to);
}

/** What GitHub makes of the headings, for links that end in `#...`. */
export function anchorsIn({ text }: Page): string[] {
  const prose = text.replace(/^(`{3,})[\s\S]*?^\1/gm, "");
  return [...prose.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = ""]) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Every line that a reader would type: in blocks of shell, and between backticks where it begins like a command. */
export function commandsIn({ text }: Page): string[] {
  const blocks = [...text.matchAll(/^```(?:sh|shell|bash)?\n([\s\S]*?)^```/gm)].map(
    ([, block = ""]) => block,
  );
  const lines = blocks.flatMap((block) => block.replace(/\\\n\s*/g, "").split("\n"));
  const inline = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return [...lines, ...inline]
    .map((line) => line.trim())
    .filter((line) => /^(npm|pnpm|terraform) \S/.test(line));
}
