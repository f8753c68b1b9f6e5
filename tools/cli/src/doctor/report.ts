import { labelled, paint, printable, reportColumns } from "@sym/command-line/terminal";
import type { Level, Row } from "./row.ts";

/** The rows of each function, and who looked where. */
export type Report = {
  account: string;
  region: string;
  caller: string;
  functions: { name: string; checks: Row[] }[];
};

const levels: Level[] = ["ok", "warning", "error", "not-checked"];
const margin = 2 + Math.max(...levels.map((level) => level.length));
/** The first line of a word that is longer than a line, such as an ARN. */
const longWord = new RegExp(`\\S{${reportColumns - margin}}(?=\\S)`, "g");
const formats = { ok: "green", warning: "yellow", error: "red", "not-checked": "dim" } as const;

export function hasError({ functions }: Report): boolean {
  return functions.some(({ checks }) => checks.some(({ level }) => level === "error"));
}

export function reportAsJson({ account, region, functions }: Report): string {
  return JSON.stringify({ account, region, functions }, undefined, 2);
}

/** A table for each function, in `reportColumns`: the level, the check and its sentence. */
export function reportAsText({ account, region, caller, functions }: Report): string {
  const tables = functions.flatMap(({ name, checks }) => [
    "",
    paint("bold", printable(name)),
    ...checks.map(rowAsText),
    counts(checks),
  ]);
  return [`Account ${account}, region ${region}`, `Caller  ${printable(caller)}`, ...tables].join("\n");
}

function rowAsText({ check, level, message }: Row): string {
  const text = `${check}: ${message}`;
  // A function's own sentences have no full stop.
  const sentence = level === "ok" || /[.!?]$/.test(text) ? text : `${text}.`;
  const format = formats[level];
  return labelled(level, sentence.replace(longWord, "$& "), {
    width: margin,
    format,
    columns: reportColumns,
  });
}

function counts(checks: Row[]): string {
  const count = (level: Level) => checks.filter((one) => one.level === level).length;
  const plural = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  return [
    plural(checks.length, "check"),
    `${count("ok")} ok`,
    plural(count("warning"), "warning"),
    plural(count("error"), "error"),
    `${count("not-checked")} not checked`,
  ].join(", ");
}
