import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../bundle.ts";
import { version } from "./version.ts";

/** The files in `.changeset` that describe changes since the last version. */
export function pendingChangesets(): string[] {
  return readdirSync(join(root, ".changeset"))
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .sort();
}

/** The part of CHANGELOG.md about the present version, without its heading; undefined before that version. */
export function changelogPart(): string | undefined {
  const file = join(root, "CHANGELOG.md");
  if (!existsSync(file)) return undefined;
  const parts = readFileSync(file, "utf8").split(/^## /m);
  const part = parts.find((one) => one.startsWith(`${version}\n`));
  return part?.slice(version.length).trim();
}

/** The changes of the present version; those of the next version while changesets wait for it. */
export function releaseNotes(): string {
  const pending = pendingChangesets();
  const part = changelogPart();
  if (part !== undefined && pending.length === 0) return `# ${version}\n\n${part}\n`;
  return ["# Unreleased", ...pending.map(changeIn)].join("\n\n").concat("\n");
}

/** The text of a changeset, without the front matter. */
function changeIn(name: string): string {
  const text = readFileSync(join(root, ".changeset", name), "utf8");
  return text.replace(/^---\n.*?^---\n/ms, "").trim();
}
