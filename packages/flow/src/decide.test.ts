import { expect, test } from "vitest";
import { decide, type PersonsDecision } from "./decide.ts";
import { mayAsk, mayGrant } from "./evaluate.ts";
import {
  alex,
  asked,
  askedRequest,
  person,
  robin,
  rulesOf,
  sam,
  someRequest,
  start,
} from "./flow.test-support.ts";
import type { AccessRequest, Asked, Status } from "./request.ts";

const kim = person("kim@example.com");
const rules = rulesOf();
const two = rulesOf({
  approvals: 2,
  may_ask: { people: ["robin@example.com"] },
  may_approve: { people: ["alex@example.com", "sam@example.com", "robin@example.com"] },
});

const by = (who: typeof robin, what: PersonsDecision["what"], door: PersonsDecision["door"] = "command") => ({
  ...{ by: who, what, door },
});

/** The request after decisions of which none is refused. */
function decided(decisions: PersonsDecision[], under = rules, request = askedRequest()): AccessRequest {
  return decisions.reduce((current, decision) => {
    const next = decide(under, current, decision, start);
    if (!next.ok) throw new Error(next.refusal);
    return next.request;
  }, request);
}

const refusal = (
  decision: PersonsDecision,
  request = someRequest(),
  under: typeof rules | undefined = rules,
) => decide(under, request, decision, start);

test.for<[changes: Partial<Asked>, sentence: string | undefined]>([
  [{}, undefined],
  [{ requester: kim }, "kim@example.com may not ask for Production admins; have this e-mail added"],
  [{ duration: 14_400 }, "Production admins is not offered for 4h; choose 30m, 1h"],
  [{ duration: 60 }, "Production admins is not offered for 1m; choose 30m, 1h"],
  [{ reason: " " }, "Production admins needs a reason; give a reason"],
  [{ reason: "x".repeat(1_001) }, "The reason has more than 1000 characters"],
  [{ route: "on-call" }, "robin@example.com may not take, as on-call, Production admins"],
  [{ route: "on-call", requester: sam, duration: 3_600 }, undefined],
  [{ route: "break-glass" }, "needs a reason with a ticket; give a reason such as INC-1: the importer"],
  [{ route: "break-glass", reason: "INC-9" }, undefined],
  [{ route: "break-glass", reason: "INC-9", duration: 3_600 }, "not offered for 1h; choose 30m"],
])("the rules answer to %j: %s", ([changes, sentence]) => {
  const allowed = mayAsk(rules, { ...asked, ...changes });
  if (sentence === undefined) expect(allowed.ok).toBe(true);
  else expect(allowed).toMatchObject({ ok: false, refusal: expect.stringContaining(sentence) });
});

test("no rules and no route are refused with a remedy", () => {
  expect(mayAsk(undefined, asked)).toEqual({
    ...{ ok: false, refusal: "There is no target prod-admins; choose one of the listed targets" },
  });
  expect(mayAsk(rulesOf({ on_call: null }), { ...asked, route: "on-call" })).toEqual({
    ...{ ok: false, refusal: "Production admins has no rule for on-call; ask on the route approval" },
  });
});

test("one approval approves, under the version of the rules that allowed it", () => {
  const request = decided([by(alex, "approve")]);
  expect(request).toMatchObject({ status: "approved", approvedUnder: rules.version });
  expect(request.decisions).toEqual([{ ...by(alex, "approve"), at: start, ruleVersion: rules.version }]);
});

test("two approvals are two people, neither of them the requester, whatever door they used", () => {
  const once = decided([by(alex, "approve")], two);
  expect(once.status).toBe("asked");
  expect(decided([by(alex, "approve", "slack")], two, once)).toBe(once);
  expect(refusal(by(robin, "approve"), once, two)).toEqual({
    ...{ ok: false, refusal: "Nobody approves an own request; ask another approver" },
  });
  expect(decided([by(sam, "approve", "slack")], two, once).status).toBe("approved");
});

test("an approval of a person who may no longer approve does not count", () => {
  const changed = rulesOf({
    approvals: 2,
    may_ask: { people: ["robin@example.com"] },
    may_approve: { people: ["sam@example.com", "kim@example.com"] },
  });
  const once = decided([by(alex, "approve")], two);
  const twice = decided([by(sam, "approve")], changed, once);
  expect(twice.status).toBe("asked");
  expect(decided([by(kim, "approve")], changed, twice).status).toBe("approved");
});

test.for<[decision: PersonsDecision, status: Status, sentence: string]>([
  [by(kim, "approve"), "asked", "kim@example.com may not approve requests for Production admins"],
  [by(kim, "deny"), "asked", "kim@example.com may not deny requests for Production admins"],
  [by(robin, "deny"), "asked", "A requester does not deny an own request; withdraw the request"],
  [by(alex, "withdraw"), "asked", "Only robin@example.com may withdraw request flow-"],
  [by(kim, "end"), "held", "kim@example.com may not end the access of robin@example.com"],
  [by(kim, "end"), "ended", "kim@example.com may not end the access of robin@example.com"],
  [by(alex, "approve"), "denied", "was denied"],
  [by(alex, "deny"), "approved", "is approved already"],
  [by(alex, "end"), "asked", "still waits for approval; approve, deny or withdraw"],
  [by(alex, "end"), "granting", "is being granted; try again in a minute"],
  [by(robin, "withdraw"), "held", "is granted already; end the request to revoke the access"],
])("%j of a request that is %s is refused", ([decision, status, sentence]) => {
  expect(refusal(decision, someRequest({ status }))).toEqual({
    ...{ ok: false, refusal: expect.stringContaining(sentence) },
  });
});

test("an approval comes after the plan, when the approvers were asked", () => {
  expect(refusal(by(alex, "approve"), someRequest())).toEqual({
    ...{ ok: false, refusal: expect.stringContaining("is not ready for approval; try again in a minute") },
  });
  expect(refusal(by(alex, "deny"), someRequest())).toMatchObject({ ok: true });
});

test("after the time for decisions, only the requester can withdraw", () => {
  const { decideBy } = someRequest().times;
  for (const what of ["approve", "deny"] as const)
    expect(decide(rules, askedRequest(), by(alex, what), decideBy)).toEqual({
      ...{ ok: false, refusal: expect.stringContaining("is over; ask again") },
    });
  expect(decide(rules, askedRequest(), by(alex, "approve"), decideBy - 1)).toMatchObject({ ok: true });
  expect(decide(rules, someRequest(), by(robin, "withdraw"), decideBy)).toMatchObject({ ok: true });
});

test("the requester, the approvers of the request and the present approvers can end the access", () => {
  const approved = decided([by(alex, "approve")]);
  const held = { ...approved, status: "held" as const };
  const changed = rulesOf({ may_approve: { people: ["kim@example.com", "lee@example.com"] } });
  for (const who of [robin, alex, kim])
    expect(decided([by(who, "end")], changed, held).status).toBe("ending");
  expect(decide(undefined, held, by(alex, "end"), start)).toMatchObject({
    ...{ ok: true, request: { decisions: [{}, { what: "end", ruleVersion: null }] } },
  });
  expect(refusal(by(sam, "end"), held, changed)).toMatchObject({ ok: false });
  expect(decided([by(alex, "end")], rules, approved).status).toBe("withdrawn");
  const ending = decided([by(robin, "end")], rules, held);
  expect(decided([by(alex, "end")], rules, ending)).toBe(ending);
});

test.for<[what: string, changes: Record<string, unknown>, sentence: string | undefined]>([
  ["nothing", {}, undefined],
  ["the label and the time for decisions", { label: "Admins", decide_within: "1h" }, undefined],
  [
    "another approver more",
    { may_approve: { people: ["alex@example.com", "sam@example.com", "kim@example.com"] } },
    undefined,
  ],
  ["the settings", { settings: { group_name: "prod" } }, "means another access than at the time"],
  [
    "the function",
    { function_arn: "arn:aws:lambda:us-east-1:123456789012:function:other" },
    "means another access",
  ],
  ["the requester", { may_ask: { people: ["sam@example.com"] } }, "robin@example.com may not ask for"],
  ["the cap", { durations: ["1m"], longest: "2m", on_call: null, break_glass: null }, "not offered for 30m"],
  [
    "the approver",
    { may_approve: { people: ["sam@example.com", "kim@example.com"] } },
    "need other approvals; ask again",
  ],
  [
    "the number of approvals",
    { approvals: 2, may_approve: { people: ["alex@example.com", "sam@example.com", "kim@example.com"] } },
    "need other approvals",
  ],
])("before the grant, the rules are evaluated again: a change of %s", ([, changes, sentence]) => {
  const allowed = mayGrant(rulesOf(changes), decided([by(alex, "approve")]), start + 1);
  if (sentence === undefined) expect(allowed.ok).toBe(true);
  else expect(allowed).toMatchObject({ ok: false, refusal: expect.stringContaining(sentence) });
});

test("a target without rules, and an approval older than an hour, are not granted", () => {
  const approved = decided([by(alex, "approve")]);
  expect(mayGrant(undefined, approved, start)).toMatchObject({ ok: false });
  expect(mayGrant(rules, approved, start + 3_600_000 - 1)).toMatchObject({ ok: true });
  expect(mayGrant(rules, approved, start + 3_600_000)).toEqual({
    ...{ ok: false, refusal: "The approval is older than 60 minutes; ask again" },
  });
});

test("an account in Slack is one person, also with another e-mail", () => {
  const own = askedRequest({ ...someRequest(), account: "U0ROBIN" });
  const inSlack = (who: typeof alex, account: string) => ({ ...by(who, "approve", "slack"), account });
  expect(refusal(inSlack(alex, "U0ROBIN"), own)).toMatchObject({
    refusal: "Nobody approves an own request; ask another approver",
  });
  const once = decided([inSlack(alex, "U0ALEX")], two, own);
  expect(decided([inSlack(sam, "U0ALEX")], two, once)).toBe(once);
  expect(decided([inSlack(sam, "U0SAM")], two, once).status).toBe("approved");
});
