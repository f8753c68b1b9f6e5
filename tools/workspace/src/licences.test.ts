import { expect, test } from "vitest";
import { isPermissive } from "./licences.ts";

test.each([
  ["MIT", true],
  ["MIT OR Apache-2.0", true],
  ["(MIT OR GPL-3.0-only)", true],
  ["MIT AND BSD-3-Clause", true],
  ["MIT AND GPL-3.0-only", false],
  ["MPL-2.0", false],
  ["Unknown", false],
  ["SEE LICENSE IN LICENSE.md", false],
])("the licence %s is permissive: %s", (licence, expected) => {
  expect(isPermissive(licence)).toBe(expected);
});
