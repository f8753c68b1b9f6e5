import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";

test.for<[string, number | undefined]>([
  ["45s", 45],
  ["30m", 1_800],
  ["4h", 14_400],
  ["2d", 172_800],
  ["0m", undefined],
  ["-1h", undefined],
  ["1.5h", undefined],
  ["1h30m", undefined],
  ["30", undefined],
  ["1w", undefined],
  ["12345678s", undefined],
])("%s has %s seconds", ([text, seconds]) => {
  expect(parseDuration(text)).toBe(seconds);
});

test("a written duration has the same seconds when it is read", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9_999_999 }), (seconds) => {
      expect(parseDuration(formatDuration(seconds))).toBe(seconds);
    }),
  );
  expect(formatDuration(5_400)).toBe("90m");
});
