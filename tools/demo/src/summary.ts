import { paint, printable } from "@sym/command-line/terminal";
import type { PlayedScene } from "./check.ts";
import type { Row } from "./play.ts";
import { outcomesOf } from "./tell.ts";

/** The table of promises at the end, and the verdict. */
export function summary(rows: Row[], milliseconds: number): string {
  const cells = rows.map(({ promise, seen }) => [promise, printable(inShort(seen))] as const);
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  const line = (promise: string, seen: string, ok: string) =>
    `${promise.padEnd(widths[0] ?? 0)}  ${seen.padEnd(widths[1] ?? 0)}  ${ok}`;
  const table = rows.map(({ differences }, index) => {
    const [promise = "", seen = ""] = cells[index] ?? [];
    return line(promise, seen, differences.length === 0 ? paint("green", "yes") : paint("red", "NO"));
  });
  return [paint("bold", line("Promise", "Seen", "OK")), ...table, "", verdict(rows, milliseconds)].join("\n");
}

function inShort({ before, after, answers }: PlayedScene): string {
  const changed = Object.keys(after).find((what) => before[what] !== after[what]);
  const change = changed === undefined ? "nothing changed" : `now ${after[changed]}`;
  return `${outcomesOf(answers)}; ${change}`;
}

function verdict(rows: Row[], milliseconds: number): string {
  const seconds = `${(milliseconds / 1_000).toFixed(1)} s`;
  const broken = rows.filter((row) => row.differences.length > 0).length;
  if (broken === 0) return paint("green", `All ${rows.length} promises were kept, in ${seconds}.`);
  return paint("red", `${broken} of ${rows.length} promises were not kept: look for DIFFERS above.`);
}
