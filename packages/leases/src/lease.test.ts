// Keys of leases, and failures in words.
import { SymError } from "@sym/lambda-core";
import { expect, test } from "vitest";
import {
  alreadyEnded,
  failureOf,
  inAnotherState,
  notRecorded,
  notTakenBack,
  takenBack,
  usedTwice,
  vanished,
  willBeSwept,
} from "./failures.ts";
import { leaseKey } from "./lease.ts";
import { access } from "./some-lease.test-support.ts";

const keyOf = (parts: Partial<typeof access>) => leaseKey("iam-group", { ...access, ...parts });

test("a key is made of the system and the ids, and not of the names", () => {
  const names = { subject: "a new name", resource: "a new name" };
  expect(keyOf({ names })).toBe("iam-group|123456789012|AGPA1|AIDA1");
});

test("parts of a key cannot run into each other", () => {
  expect(keyOf({ resource: "a|b", subject: "c" })).toBe("iam-group|123456789012|a%7Cb|c");
  expect(keyOf({ resource: "sha256:1" })).toBe("iam-group|123456789012|sha256%3A1|AIDA1");
});

test("an e-mail is hashed", () => {
  expect(keyOf({ subject: "robin@example.com" })).toMatch(
    /^iam-group\|123456789012\|AGPA1\|sha256:[0-9a-f]{64}$/,
  );
  expect(keyOf({ subject: "robin@example.com" })).not.toBe(keyOf({ subject: "sam@example.com" }));
});

test("a part of more than 400 characters is hashed, counted as they are encoded", () => {
  expect(keyOf({ subject: "x".repeat(400) })).toContain("|xxx");
  expect(keyOf({ subject: "x".repeat(401) })).toMatch(/\|sha256:[0-9a-f]{64}$/);
  expect(keyOf({ subject: "|".repeat(134) })).toMatch(/\|sha256:[0-9a-f]{64}$/);
});

test("texts that are no well-formed Unicode have different keys", () => {
  expect(keyOf({ subject: "\ud800" })).not.toBe(keyOf({ subject: "\ud801" }));
  expect(keyOf({ subject: "\ud800" })).toMatch(/sha256:[0-9a-f]{64}$/);
});

test("what a lease keeps of a failure is its sentence for people, and of other errors their name", () => {
  expect(failureOf(new SymError("x".repeat(501), { reason: "refused" }))).toEqual({
    ...{ code: "refused", sentence: "x".repeat(500) },
  });
  const sentence = (name: string) => `Something unexpected went wrong (${name}); the function's log has more`;
  expect(failureOf(new TypeError("a secret"))).toEqual({
    code: "unexpected",
    sentence: sentence("TypeError"),
  });
  expect(failureOf("a secret")).toEqual({ code: "unexpected", sentence: sentence("string") });
});

const throttled = new SymError("Too many calls", { reason: "unavailable" });
const forbidden = new SymError("Not allowed", { reason: "refused" });
const defect = new TypeError("a secret");

test.for([
  ["the end could not be recorded", notRecorded, /^Too many calls; the end of the request could not be/],
  ["the end is recorded", willBeSwept, /^Too many calls; the end of the request is recorded, so the next/],
  ["the change was put back", takenBack, /^Too many calls; whatever had changed was put back$/],
] as const)("an expected failure also says that %s; a defect stays as it is", ([, told, sentence]) => {
  expect(told(throttled)).toMatchObject({ reason: "unavailable", retryable: true, cause: throttled });
  expect(told(throttled)).toHaveProperty("message", expect.stringMatching(sentence));
  expect(told(defect)).toBe(defect);
});

test("a refusal after which access may be left is not told as a refusal", () => {
  expect(willBeSwept(forbidden)).toMatchObject({ reason: "unavailable", retryable: false });
  expect(takenBack(forbidden)).toBe(forbidden);
});

test("who could not be given access, and may have it, is told both", () => {
  expect(notTakenBack(forbidden, throttled)).toMatchObject({
    message: expect.stringMatching(
      /^Not allowed; what had been begun could not be taken back; it is recorded/,
    ),
    ...{ reason: "unavailable", cause: { cause: throttled } },
  });
  expect(notTakenBack(defect, throttled)).toHaveProperty(
    "message",
    expect.stringMatching(/^Something unexpected went wrong; what had been begun/),
  );
});

test("a request that may not have the access is refused, and told why", () => {
  const { resource } = access.names;
  for (const [refusal, sentence] of [
    [alreadyEnded(), /^This request has ended already/],
    [usedTwice(access), new RegExp(`^The id of this request belongs to another .* changed for ${resource};`)],
    [inAnotherState(access), new RegExp(`^${resource} cannot be given as long as another approved request`)],
  ] as const)
    expect(refusal).toMatchObject({ message: expect.stringMatching(sentence), reason: "refused" });
});

test("that a record was deleted by somebody else is told, and trying again does not help", () => {
  expect(vanished(access)).toMatchObject({
    message: expect.stringMatching(
      /^The record of the access of IAM user .* to IAM group prod-admins was deleted/,
    ),
    ...{ reason: "unavailable", retryable: false },
  });
});
