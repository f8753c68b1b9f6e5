// Vitest runs this before each test file: from now on, everything that functions print is recorded under its name.
import path from "node:path";
import { type RecordEntry, record } from "@sym/stand-ins/kernel/record";
import { afterAll, expect } from "vitest";

const { testPath = "" } = expect.getState();
const name = encodeURIComponent(path.relative(process.cwd(), testPath));
process.env["SANDBOX_RECORD"] = path.join(process.env["TEST_RUN_RECORDS"] ?? "", name);

// Functions that run in the test's own process print to its standard output, and nothing else does.
const entries: RecordEntry[] = [];
process.stdout.write = (text: string | Uint8Array) => {
  for (const line of String(text).trimEnd().split("\n")) entries.push({ line });
  return true;
};

afterAll(() => {
  // In portions, since a call takes only so many arguments, and a fuzzed parser prints more lines than that.
  while (entries.length > 0) record(...entries.splice(0, 10_000));
});
