import { leaksIn } from "./leaks.ts";
import type { Records } from "./records.ts";

/** Handlers of the test files that printed nothing, unless `isPart`, and lines that hold what no log may hold. */
export function logProblems(files: string[], records: Records, isPart: boolean): string[] {
  const silent = isPart ? [] : silentHandlers(files, records);
  const leaks = [...records].flatMap(([file, entries]) => leaksIn(entries).map((leak) => `${file}: ${leak}`));
  return [...silent.map((handler) => `${handler}: its tests ran, and no log was read`), ...leaks];
}

/** A reader that reads nothing finds nothing: every handler whose tests ran must have printed something. */
function silentHandlers(files: string[], records: Records): string[] {
  const handlerOf = (file: string) => /^handlers\/[^/]+/.exec(file)?.[0];
  const heard = [...records].filter(([, entries]) => entries.some((entry) => "line" in entry));
  const loud = new Set(heard.map(([file]) => handlerOf(file)));
  const ran = new Set(files.map(handlerOf).filter((handler) => handler !== undefined));
  return [...ran].filter((handler) => !loud.has(handler));
}
