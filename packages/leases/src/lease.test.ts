// Keys of leases, and the sentences of failures.
import { SymError, type SymRequest } from "@sym/lambda-core";
import { expect, test } from "vitest";
import {
  alreadyEnded,
  failureOf,
  inAnotherState,
  kinds,
  notRecorded,
  notTakenBack,
  refusals,
  takenBack,
  usedTwice,
  vanished,
  willBeSwept,
} from "./failures.ts";
import { leaseKey, wishOf } from "./lease.ts";
import { access } from "./some-lease.test-support.ts";

const keyOf = (parts: Partial<typeof access>) => leaseKey("iam-group", { ...access, ...parts });

test("a key is made of the system and the ids, not of the names", () => {
  const names = { subject: "a new name", resource: "a new name" };
  expect(keyOf({ names })).toBe("iam-group|123456789012|AGPA1|AIDA1");
});

test("a wish is that of a requester, in any case, for a state", () => {
  const asks = (requester: string) => ({ requester }) as SymRequest;
  const wish = wishOf(asks("robin@example.com"), "member");
  expect(wishOf(asks("Robin@Example.com"), "member")).toBe(wish);
  expect(wishOf(asks("sam@example.com"), "member")).not.toBe(wish);
  expect(wishOf(asks("robin@example.com"), "maintainer")).not.toBe(wish);
  // Records hold the hash.
  expect(wish).toBe("x-L5rEPhLpaTTVjj0Mf0ayp4ZUKpVnmuMS8L8cfPonk");
});

test("each refusal of a decision has its own sentence", () => {
  const sentences = Object.entries(refusals).map(([is, refusal]) => [is, refusal(access).message]);
  expect(Object.fromEntries(sentences)).toEqual({
    ended: alreadyEnded().message,
    "other-wish": usedTwice(access).message,
    conflicting: inAnotherState(access).message,
  });
});

test("the parts of a key stay distinct", () => {
  expect(keyOf({ resource: "a|b", subject: "c" })).toBe("iam-group|123456789012|a%7Cb|c");
  expect(keyOf({ resource: "sha256:1" })).toBe("iam-group|123456789012|sha256%3A1|AIDA1");
});

test("an e-mail is hashed", () => {
  expect(keyOf({ subject: "robin@example.com" })).toMatch(
    /^iam-group\|123456789012\|AGPA1\|sha256:[0-9a-f]{64}$/,
  );
  expect(keyOf({ subject: "robin@example.com" })).not.toBe(keyOf({ subject: "sam@example.com" }));
});

test("a part of more than 400 encoded characters is hashed", () => {
  expect(keyOf({ subject: "x".repeat(400) })).toContain("|xxx");
  expect(keyOf({ subject: "x".repeat(401) })).toMatch(/\|sha256:[0-9a-f]{64}$/);
  expect(keyOf({ subject: "|".repeat(134) })).toMatch(/\|sha256:[0-9a-f]{64}$/);
});

test("texts of malformed Unicode have different keys", () => {
  expect(keyOf({ subject: "\ud800" })).not.toBe(keyOf({ subject: "\ud801" }));
  expect(keyOf({ subject: "\ud800" })).toMatch(/sha256:[0-9a-f]{64}$/);
});

test("a lease keeps the sentence of an expected failure, and only the name of any other error", () => {
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
  ["the change was rolled back", takenBack, /^Too many calls; the earlier state was restored$/],
] as const)(
  "an expected failure also says that %s; an unexpected error is unchanged",
  ([, told, sentence]) => {
    expect(told(throttled)).toMatchObject({ reason: "unavailable", retryable: true, cause: throttled });
    expect(told(throttled)).toHaveProperty("message", expect.stringMatching(sentence));
    expect(told(defect)).toBe(defect);
  },
);

test("a refusal after which access may remain is answered as a failure", () => {
  expect(willBeSwept(forbidden)).toMatchObject({ reason: "unavailable", retryable: false });
  expect(takenBack(forbidden)).toBe(forbidden);
});

test("the error for a failed rollback names the failed grant and the access that may remain", () => {
  expect(notTakenBack(forbidden, throttled)).toMatchObject({
    message: expect.stringMatching(/^Not allowed; the grant could not be rolled back, but is recorded/),
    ...{ reason: "unavailable", cause: { cause: throttled } },
  });
  expect(notTakenBack(alreadyEnded(), throttled)).toMatchObject({
    ...{ kind: kinds.mayRemain, cause: { kind: kinds.ended } },
  });
  expect(notTakenBack(defect, throttled)).toHaveProperty(
    "message",
    expect.stringMatching(/^Something unexpected went wrong; the grant could not be/),
  );
});

test("the refusal of a request says why", () => {
  const { resource } = access.names;
  const used = new RegExp(`^The id of this request belongs to another .* changed for ${resource};`);
  const held = new RegExp(`^${resource} cannot be granted while another approved request`);
  for (const [refusal, kind, sentence] of [
    [alreadyEnded(), kinds.ended, /^This request has already ended/],
    [usedTwice(access), kinds.usedTwice, used],
    [inAnotherState(access), kinds.conflicting, held],
  ] as const)
    expect(refusal).toMatchObject({ kind, message: expect.stringMatching(sentence), reason: "refused" });
});

test("the error for a deleted record names the access, and is not retryable", () => {
  expect(vanished(access)).toMatchObject({
    message: expect.stringMatching(
      /^The record of the access of IAM user .* to IAM group prod-admins was deleted/,
    ),
    ...{ reason: "unavailable", retryable: false },
  });
});
