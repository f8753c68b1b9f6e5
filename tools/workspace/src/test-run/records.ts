import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { RecordEntry } from "@sym/stand-ins/kernel/record";

/** The records of a test run, by test file. */
export type Records = Map<string, RecordEntry[]>;

export async function readRecords(folder: string): Promise<Records> {
  const records: Records = new Map();
  for (const name of await readdir(folder)) {
    const lines = (await readFile(path.join(folder, name), "utf8")).split("\n").filter(Boolean);
    const entries = lines.map((line): RecordEntry => JSON.parse(line));
    records.set(decodeURIComponent(name), entries);
  }
  return records;
}
