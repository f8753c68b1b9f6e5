// Vitest runs this around the whole test run: no printed line of any function may contain a secret, a token or an
// e-mail.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RecordEntry } from "@sym/stand-ins/kernel/record";
import type { TestProject } from "vitest/node";
import { leaksIn } from "./leaks.ts";

/** Returns the check for the end of the run. The check fails the run for a leak, and for a handler without logs. */
export async function setup({ vitest, config }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), "test-run-"));
  process.env["TEST_RUN_RECORDS"] = folder;
  return async () => {
    const records = await readRecords(folder);
    await rm(folder, { recursive: true });
    const files = vitest.state.getTestModules().map(({ moduleId }) => path.relative(config.root, moduleId));
    const silent = config.testNamePattern ? [] : silentHandlers(files, records);
    const leaks = [...records].flatMap(([file, entries]) =>
      leaksIn(entries).map((leak) => `${file}: ${leak}`),
    );
    const problems = [...silent.map((handler) => `${handler}: its tests ran, but printed no log`), ...leaks];
    const shown = problems.slice(0, 20).join("\n");
    if (problems.length > 0)
      throw new Error(`${problems.length} problems in logs of the test run:\n${shown}`);
    const lines = [...records.values()].flat().filter((entry) => "line" in entry).length;
    process.stdout.write(`\n${lines} lines of functions' logs hold no secret, token or e-mail.\n`);
  };
}

/** The records by test file. */
async function readRecords(folder: string): Promise<Map<string, RecordEntry[]>> {
  const records = new Map<string, RecordEntry[]>();
  for (const name of await readdir(folder)) {
    const lines = (await readFile(path.join(folder, name), "utf8")).split("\n").filter(Boolean);
    const entries = lines.map((line): RecordEntry => JSON.parse(line));
    records.set(decodeURIComponent(name), entries);
  }
  return records;
}

/** The handlers whose tests ran without a recorded line, which would leave their logs unchecked. */
function silentHandlers(files: string[], records: Map<string, RecordEntry[]>): string[] {
  const handlerOf = (file: string) => /^handlers\/[^/]+/.exec(file)?.[0];
  const heard = [...records].filter(([, entries]) => entries.some((entry) => "line" in entry));
  const loud = new Set(heard.map(([file]) => handlerOf(file)));
  const ran = new Set(files.map(handlerOf).filter((handler) => handler !== undefined));
  return [...ran].filter((handler) => !loud.has(handler));
}
