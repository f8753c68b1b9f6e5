// The sentences of answers.
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import { SymError } from "./errors.ts";
import { parseEvent } from "./event.ts";
import { type ActionResult, describe } from "./outcome.ts";
import { answerError, answerResult } from "./response.ts";

const named = { subject: "user robin", resource: "group admins" };
const expiresAt = new Date("2026-01-02T03:04:05.678Z");
const request = parseEvent(testPayload("escalate.json"));

test.for<[result: Omit<ActionResult, "subject" | "resource">, sentence: string]>([
  [{ outcome: "granted" }, "You now have access to group admins."],
  [{ outcome: "granted", expiresAt }, "You now have access to group admins until 2026-01-02 03:04 UTC."],
  [{ outcome: "already-had-access" }, "You already had access to group admins, and keep it."],
  [
    { outcome: "pending" },
    "You do not have access to group admins yet: the target system requires another step.",
  ],
  [{ outcome: "pending", detail: "accept it" }, "You do not have access to group admins yet: accept it."],
  [{ outcome: "revoked" }, "Your access to group admins has ended."],
  [{ outcome: "revoked", detail: "it is gone" }, "Your access to group admins has ended: it is gone."],
  [
    { outcome: "revoked", residualAccess: "Sessions go on." },
    "Your access to group admins has ended. Sessions go on.",
  ],
  [
    { outcome: "lowered", detail: "member" },
    "Your request for group admins has ended; your remaining access is member, which you have without the request.",
  ],
  [
    { outcome: "lowered", detail: "member", expiresAt },
    "Your request for group admins has ended; your remaining access is member, through another approved request until 2026-01-02 03:04 UTC.",
  ],
  [
    { outcome: "kept-standing" },
    "Your request for group admins has ended; you had this access before the request, and keep it.",
  ],
  [{ outcome: "kept-standing", detail: "so be it" }, "Your request for group admins has ended; so be it."],
  [
    { outcome: "kept-for-other-request", expiresAt },
    "Your request for group admins has ended, but another approved request still needs the access until 2026-01-02 03:04 UTC.",
  ],
  [
    { outcome: "kept-for-other-request" },
    "Your request for group admins has ended, but another approved request still needs the access.",
  ],
  [
    { outcome: "nothing-to-revoke" },
    "There was nothing to revoke: you do not have access to group admins through this request.",
  ],
  [{ outcome: "nothing-to-revoke", detail: "no record" }, "There was nothing to revoke: no record."],
])("the outcome %j has its own sentence", ([result, sentence]) => {
  expect(describe({ ...named, ...result })).toBe(sentence);
});

test("an answer has fields for programs, and leaves out absent fields", () => {
  const body = { system: "example", ...named, run_id: request.runId };
  expect(answerResult("example", request, { ...named, outcome: "revoked" })).toEqual({
    body: { ...body, outcome: "revoked", message: "Your access to group admins has ended." },
    errors: [],
  });
  const left = { outcome: "granted", expiresAt, residualAccess: "<Sessions> & more." } as const;
  expect(answerResult("example", request, { ...named, ...left }).body).toEqual({
    ...{ ...body, outcome: "granted", expires_at: "2026-01-02T03:04:05.678Z" },
    residual_access: "<Sessions> & more.",
    message: "You now have access to group admins until 2026-01-02 03:04 UTC. &lt;Sessions&gt; &amp; more.",
  });
});

const refusal = new SymError("No <b>", { reason: "refused" });
const sam = parseEvent(testPayload("missing-label-escalate.json"));
const revoke = parseEvent(testPayload("deescalate.json"));
test.for([
  ["an escalate", request, "You did not get access to Production admins: No &lt;b&gt;."],
  ["a target without a label", sam, `You did not get access to ${sam.target.name}: No &lt;b&gt;.`],
  ["a deescalate", revoke, "Your access to Production admins may not have ended: No &lt;b&gt;."],
  ["an event that is not Sym's", undefined, "Your request could not be carried out: No &lt;b&gt;."],
] as const)("the answer to a failure of %s says that the change failed", ([, asked, message]) => {
  expect(answerError("example", asked, refusal, "request-1")).toEqual({
    body: {
      ...{ message, outcome: "refused", system: "example", resource: null, subject: null },
      run_id: asked?.runId ?? null,
    },
    errors: ["No &lt;b&gt;"],
  });
});

test.for([
  [new SymError("No", { reason: "no-subject" }), "refused"],
  [new SymError("No", { reason: "no-resource" }), "refused"],
  [new SymError("No", { reason: "unavailable" }), "failed"],
  [new TypeError("No"), "failed"],
] as const)("%o is answered as %s", ([error, outcome]) => {
  expect(answerError("example", request, error, "request-1").body.outcome).toBe(outcome);
});
