// The README of a handler lists the error sentences of the handler. Both directions are compared by fragments, because code puts
// a sentence together from several texts: `…` in the README stands for a value or a name.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./markdown.ts";

const handlers = readdirSync(join(root, "handlers")).filter((handler) => errorsIn(handler).length > 0);
const shared = readdirSync(join(root, "packages")).map((room) =>
  sourceOf(join(root, "packages", room, "src")),
);

/** Names that a sentence has as a value: of systems, of calls, and of the resources and subjects in a handler's words. */
const names =
  /\b(AWS|GitHub|LaunchDarkly|Unleash|AppConfig|Door|IAM (user|group)|Identity Center (user|group)|identity store|(iam|sts|identitystore|appconfig|secretsmanager|dynamodb):\w*)(?!\w)/g;

test.each(handlers)("each error sentence in the README of %s stands in the sources", (handler) => {
  const sources = plain([sourceOf(join(root, "handlers", handler, "src")), ...shared].join("\n"));
  const missing = errorsIn(handler)
    .flatMap(fragmentsOf)
    .filter((fragment) => !sources.includes(fragment));
  expect(missing).toEqual([]);
});

test.each(handlers)("the README of %s lists each error sentence of its sources", (handler) => {
  const readme = plain(errorsIn(handler).join("\n"));
  const isListed = (sentence: string) => fragmentsOf(sentence).some((part) => readme.includes(part));
  const unlisted = sentencesIn(sourceOf(join(root, "handlers", handler, "src"))).filter(
    (sentence) => fragmentsOf(sentence).length > 0 && !isListed(sentence),
  );
  expect(unlisted).toEqual([]);
});

/** The text of the sources in a folder, with `…` for each value in a template. */
function sourceOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.includes("test"),
  );
  let text = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/\$\{[^{}]*\}/g, "…");
  }
  return text.replaceAll('\\"', '"');
}

/** The texts with which errors are made. */
function sentencesIn(source: string): string[] {
  const made =
    /(?:refused|notFound|misconfigured|unavailable|new SymError)\(\s*(?:"(?:subject|resource)",\s*)?(["`])(.*?)\1/gs;
  return [...source.matchAll(made)].map(([, , text = ""]) => text);
}

/** The first column of the table under the heading "Errors". */
function errorsIn(handler: string): string[] {
  const readme = readFileSync(join(root, "handlers", handler, "README.md"), "utf8");
  const section = readme.split(/^## /m).find((part) => part.startsWith("Errors")) ?? "";
  return [...section.matchAll(/^\| (.+?) \|/gm)]
    .map(([, cell = ""]) => cell)
    .filter((cell) => !/^(Sentence|-)/.test(cell));
}

/** The parts of a sentence between its values, without short parts. */
function fragmentsOf(sentence: string): string[] {
  return plain(sentence)
    .split(/…|[,;]|: | \/ /)
    .map((part) => part.replace(/^[\s;,:.()"']+|[\s;,:.()"']+$/g, ""))
    .filter((part) => part.split(" ").length >= 3);
}

function plain(text: string): string {
  return text.replace(names, "…");
}
