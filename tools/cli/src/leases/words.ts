import type { Failure } from "@sym/leases/lease";

/** A time in UTC, with seconds, which matter for locks; "(over)" after a past time. */
export function moment(time: number | null, now?: number): string {
  if (time === null) return "";
  const text = `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return now !== undefined && time <= now ? `${text} (over)` : text;
}

export function failed({ code, sentence, since, times, retryAt }: Failure): string {
  const count = times === 1 ? `once, ${moment(since)}` : `${times} times since ${moment(since)}`;
  return `${count}; next try ${moment(retryAt)}.\n${code}: ${sentence}.`;
}

/** A text as one word of a shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Breaks a key over lines, after a | if possible. The commands that take a key ignore the line breaks. */
export function inLines(key: string, width: number): string {
  const lines: string[] = [];
  let rest = key;
  while (rest.length > width) {
    const end = rest.lastIndexOf("|", width - 1) + 1 || width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...lines, rest].join("\n");
}
