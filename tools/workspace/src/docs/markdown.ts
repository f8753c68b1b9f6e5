import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import GitHubSlugger from "github-slugger";
import * as marked from "marked";

export const root = new URL("../../../../", import.meta.url).pathname;

/** One text file of the workspace; `path` from its root. */
export type Page = { path: string; text: string };

/** Every Markdown file that git tracks or would add. */
export function pages(): Page[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.md"];
  const listed = execFileSync("git", args, { cwd: root, encoding: "utf8" });
  return listed
    .split("\n")
    .filter(Boolean)
    .map((path) => ({ path, text: readFileSync(`${root}${path}`, "utf8") }));
}

/** The targets of all links. */
export function linksIn({ text }: Page): string[] {
  return tokensIn(text).flatMap((token) => (token.type === "link" ? [String(token["href"])] : []));
}

/** The anchors that GitHub makes from the headings, for links with `#...`. */
export function anchorsIn({ text }: Page): string[] {
  const slugger = new GitHubSlugger();
  const parser = new marked.Parser();
  const plain = new marked.TextRenderer();
  return tokensIn(text).flatMap((token) =>
    token.type === "heading" ? [slugger.slug(parser.parseInline(token.tokens ?? [], plain))] : [],
  );
}

/** Every npm, pnpm or terraform command, in shell blocks and between backticks. */
export function commandsIn({ text }: Page): string[] {
  const shell = ["", "sh", "shell", "bash"];
  return tokensIn(text)
    .flatMap((token) => {
      if (token.type === "codespan") return [token["text"] as string];
      if (token.type !== "code" || !shell.includes(token["lang"] ?? "")) return [];
      return (token["text"] as string).replace(/\\\n\s*/g, "").split("\n");
    })
    .map((line) => line.trim())
    .filter((line) => /^(npm|pnpm|terraform) \S/.test(line));
}

function tokensIn(text: string): marked.Token[] {
  const found: marked.Token[] = [];
  void marked.walkTokens(marked.lexer(text), (token) => {
    found.push(token);
  });
  return found;
}
