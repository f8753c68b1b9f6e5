// Checks the documents: every relative link, and every command with its files and options.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { anchorsIn, commandsIn, linksIn, pages, root } from "./markdown.ts";

const all = pages();
const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts;

test("the documents have links and commands to check", () => {
  expect(all.flatMap(linksIn).length).toBeGreaterThan(50);
  expect(all.flatMap(commandsIn).length).toBeGreaterThan(30);
});

test.each(all)("every relative link of $path has a target", (page) => {
  const broken = linksIn(page).filter(
    (link) => !/^(https?|mailto):/.test(link) && !leadsSomewhere(page.path, link),
  );
  expect(broken).toEqual([]);
});

function leadsSomewhere(from: string, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const path = file === "" ? from : normalize(join(dirname(from), decodeURIComponent(file)));
  if (path.startsWith("..") || !existsSync(join(root, path))) return false;
  const page = all.find((one) => one.path === path);
  return anchor === undefined || (page !== undefined && anchorsIn(page).includes(anchor));
}

// The guide's commands create the files that they name; tools/workspace/fork runs these commands.
const typed = all.filter(({ path }) => path !== "docs/fork-a-handler.md");
test.each(typed)("every command of $path exists, with its files and options", (page) => {
  expect(
    commandsIn(page).flatMap((command) => problemsOf(command).map((problem) => `${command}: ${problem}`)),
  ).toEqual([]);
});

function problemsOf(command: string): string[] {
  const words = command.replace(/ +#.*| +\|.*| {2,}.*/, "").split(" ");
  const [program, ...rest] = words;
  const missing = rest.filter((word) => isPath(word) && !existsSync(join(root, word)));
  const problems = missing.map((word) => `there is no ${word}`);
  if (program === "terraform") {
    const folder = /^-chdir=(.+)$/.exec(rest[0] ?? "")?.[1];
    return folder !== undefined && !existsSync(join(root, folder))
      ? [...problems, `there is no ${folder}`]
      : problems;
  }
  const [name = "", ...args] = rest[0] === "run" ? rest.slice(1).filter((word) => word !== "--silent") : rest;
  if (name === "install" || name.startsWith("-")) return problems;
  if (scripts[name] === undefined) return [...problems, `package.json has no script ${name}`];
  if (scripts[name].includes("bootstrap.mjs pnpm ")) return problems; // The script passes its options to pnpm.
  const options = args
    .filter((word) => word.startsWith("--") && word !== "--")
    .map((word) => word.split("=")[0] ?? "");
  const help = options.length > 0 ? helpOf(name) : "";
  return [
    ...problems,
    ...options.filter((option) => !help.includes(option)).map((option) => `${name} has no ${option}`),
  ];
}

/** Whether the word is a path in a folder of the workspace; any other path is an invented example. */
function isPath(word: string): boolean {
  return /^(packages|handlers|infra|test-payloads|docs|examples|tools)\/[\w./-]+$/.test(word);
}

const helps = new Map<string, string>();

function helpOf(script: string): string {
  const known = helps.get(script);
  if (known !== undefined) return known;
  const [, file = ""] = / node (\S+)/.exec(scripts[script]?.replace(/^node \S+ ?/, " ") ?? "") ?? [];
  const { stdout, stderr } = spawnSync(process.execPath, [file, "--help"], { cwd: root, encoding: "utf8" });
  helps.set(script, stdout + stderr);
  return stdout + stderr;
}
