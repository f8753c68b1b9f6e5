import { expect, test } from "vitest";
import { readAnswer } from "./answer.ts";
import { start } from "./flow.test-support.ts";

const nothing = { at: start, message: "", outcome: null, errors: [], expiresAt: null };

test.for<[answer: unknown, read: object]>([
  [{ body: {} }, nothing],
  [
    { body: { message: "Done.", outcome: "granted" }, errors: [] },
    { ...nothing, message: "Done.", outcome: "granted" },
  ],
  [
    { body: { message: 7, outcome: {}, expires_at: "soon" }, errors: ["no"] },
    { ...nothing, errors: ["no"] },
  ],
  [{ body: { expires_at: "2027-01-15T08:30:00.000Z" } }, { ...nothing, expiresAt: start + 1_800_000 }],
  [{ body: { expires_at: "2027-01-15T09:30:00+01:00" } }, { ...nothing, expiresAt: start + 1_800_000 }],
])("the answer %j is read", ([answer, read]) => {
  expect(readAnswer(answer, start)).toEqual(read);
});

test.for([
  undefined,
  null,
  "granted",
  [],
  {},
  { errors: [] },
  { body: "x" },
  { body: {}, errors: "no" },
  { body: {}, errors: [{}] },
])("%j is no answer in the form of Sym's contract", (answer) => {
  expect(readAnswer(answer, start)).toBeUndefined();
});

test("a record keeps a bounded part of an answer", () => {
  const long = "x".repeat(100_000);
  const read = readAnswer({ body: { message: long, outcome: long }, errors: Array(1_000).fill(long) }, start);
  expect(JSON.stringify(read).length).toBeLessThan(25_000);
});
