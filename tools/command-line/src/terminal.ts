import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** The width of stories and tables of scenes. Reports have the width of the narrowest usual terminal, `reportColumns`. */
const WIDTH = 100;
export const reportColumns = 80;

/** Colours text for stdout, unless stdout is no terminal or `NO_COLOR` is set. */
export function paint(format: Format, text: string): string {
  return styleText(format, text);
}

/** Escapes characters that a terminal would obey, or not show. */
export function printable(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A label and its text. The text is broken between words, and its further lines are indented. */
export function labelled(
  label: string,
  text: string,
  { indent = 0, width = 9, format = "dim" as Format, columns = WIDTH },
) {
  const margin = indent + width;
  const lines = text.split("\n").flatMap((line) => broken(printable(line), columns - margin));
  const head = " ".repeat(indent) + paint(format, label.padEnd(width));
  return lines.map((line, index) => (index === 0 ? head : " ".repeat(margin)) + line).join("\n");
}

function broken(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
