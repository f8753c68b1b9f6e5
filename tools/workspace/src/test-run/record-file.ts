// Vitest runs this before each test file, and records all output of functions under the file's name.
import path from "node:path";
import { type RecordEntry, record } from "@sym/stand-ins/kernel/record";
import { afterAll, expect } from "vitest";

const { testPath = "" } = expect.getState();
const name = encodeURIComponent(path.relative(process.cwd(), testPath));
process.env["SANDBOX_RECORD"] = path.join(process.env["TEST_RUN_RECORDS"] ?? "", name);

// In the test's own process, only functions print to standard output.
const entries: RecordEntry[] = [];
process.stdout.write = (text: string | Uint8Array) => {
  for (const line of String(text).trimEnd().split("\n")) entries.push({ line });
  return true;
};

afterAll(() => {
  // In portions: the number of arguments of a call is limited, and a fuzzed parser prints more lines.
  while (entries.length > 0) record(...entries.splice(0, 10_000));
});
