import { leaksIn } from "./leaks.ts";
import type { Records } from "./records.ts";

/** Handlers whose tests printed nothing (unless `isPart`), and lines with text that no log may contain. */
export function logProblems(files: string[], records: Records, isPart: boolean): string[] {
  const silent = isPart ? [] : silentHandlers(files, records);
  const leaks = [...records].flatMap(([file, entries]) => leaksIn(entries).map((leak) => `${file}: ${leak}`));
  return [...silent.map((handler) => `${handler}: its tests ran, and no log was read`), ...leaks];
}

/** Every handler whose tests ran must have printed a line: without lines, the check for leaks would prove nothing. */
function silentHandlers(files: string[], records: Records): string[] {
  const handlerOf = (file: string) => /^handlers\/[^/]+/.exec(file)?.[0];
  const heard = [...records].filter(([, entries]) => entries.some((entry) => "line" in entry));
  const loud = new Set(heard.map(([file]) => handlerOf(file)));
  const ran = new Set(files.map(handlerOf).filter((handler) => handler !== undefined));
  return [...ran].filter((handler) => !loud.has(handler));
}
