// A release without its records would leave the next versions without a proof that they can read them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { next, recordsFolder, releasedVersions } from "./record-files.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const unreleased = "0.0.0";

test("the records of the workspace's version are kept", () => {
  if (version === unreleased) return expect(releasedVersions()).toEqual([]);
  expect(
    existsSync(join(recordsFolder, version)),
    `test-payloads/records has no folder ${version}. Run cp -r test-payloads/records/next test-payloads/records/${version}.`,
  ).toBe(true);
});

test("every kept file of records belongs to a handler that still reads the file", () => {
  const written = readdirSync(join(recordsFolder, next));
  const unread = releasedVersions().flatMap((kept) =>
    readdirSync(join(recordsFolder, kept)).filter((name) => !written.includes(name)),
  );
  expect(unread).toEqual([]);
});
