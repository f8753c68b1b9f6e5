// Properties of the rules, for random rules and random decisions of few people at random times.
import fc from "fast-check";
import { expect, test } from "vitest";
import { decide, type PersonsDecision } from "./decide.ts";
import { hasEnoughApprovals, mayAsk, mayGrant } from "./evaluate.ts";
import { askedRequest, person, rulesJson, start, uuid } from "./flow.test-support.ts";
import { readRules } from "./read-rules.ts";
import { type AccessRequest, newRequest } from "./request.ts";
import { offeredDurations, routeRule, routes, type TargetRules } from "./rules.ts";

const emails = [
  "ann@example.com",
  "Ann@Example.com",
  "bob@example.com",
  "cem@example.com",
  "dee@example.com",
];
const durations = ["1m", "30m", "1h", "4h"];

const people = fc.subarray(emails, { minLength: 1 }).map((list) => ({ people: list }));
const reason = fc.constantFrom(
  null,
  { required: false },
  { ticket: { pattern: "OPS-\\d+", example: "OPS-1" } },
);
const atOnce = fc.option(
  fc.record({
    may_ask: people,
    longest: fc.constantFrom(...durations),
    reason,
    message: fc.constant("Loud."),
  }),
);
const json = fc.record({
  may_ask: people,
  may_approve: people,
  approvals: fc.constantFrom(1, 2),
  durations: fc.subarray(durations, { minLength: 1 }),
  longest: fc.constantFrom(...durations),
  reason,
  decide_within: fc.constantFrom("1h", "8h"),
  on_call: atOnce,
  break_glass: atOnce,
});

/** Rules that can be read. */
const someRules = json
  .map((changes) => {
    try {
      return readRules(JSON.stringify(rulesJson(changes)));
    } catch {
      return undefined;
    }
  })
  .filter((rules) => rules !== undefined);

const someone = fc.constantFrom(...emails).map((email) => person(email));
const someDecision = fc.record({
  by: someone,
  what: fc.constantFrom("approve", "approve", "deny", "withdraw", "end"),
  door: fc.constantFrom("command", "slack"),
  afterMs: fc.constantFrom(0, 1_000, 20 * 60_000, 3_600_000),
});
const someAsked = fc.record({
  target: fc.constant("prod-admins"),
  requester: someone,
  duration: fc.constantFrom(60, 1_800, 3_600, 14_400),
  reason: fc.constantFrom("", "OPS-1"),
  route: fc.constantFrom(...routes),
});

type TimedDecision = PersonsDecision & { afterMs: number };

/** Every record of a request from its asking on, with the time of the last decision. */
function* history(rules: TargetRules, request: AccessRequest, decisions: TimedDecision[]) {
  let current = askedRequest(request);
  let now = start;
  for (const { afterMs, ...decision } of decisions) {
    now += afterMs;
    const next = decide(rules, current, decision, now);
    if (next.ok) yield { before: current, after: next.request, now, decision };
    if (next.ok) current = next.request;
  }
}

test("a request is approved only by enough other people who may approve, and in time", () => {
  fc.assert(
    fc.property(someRules, someAsked, fc.array(someDecision, { maxLength: 8 }), (rules, asked, decisions) => {
      const allowed = mayAsk(rules, asked);
      if (!allowed.ok) return;
      for (const { before, after, now } of history(rules, newRequest(rules, asked, uuid, start), decisions)) {
        const approvers = after.decisions.filter(({ what }) => what === "approve").map(({ by }) => by);
        expect(new Set(approvers).size).toBe(approvers.length);
        expect(approvers).not.toContain(asked.requester);
        for (const approver of approvers) expect(rules.mayApprove.people).toContain(approver);
        expect(after.status === "approved").toBe(
          after.status !== "withdrawn" && after.status !== "denied" && hasEnoughApprovals(rules, after),
        );
        if (before.status !== "asked" || after.status !== "approved") continue;
        expect(approvers.length).toBe(rules.approvals);
        expect(now).toBeLessThan(after.times.decideBy);
        expect(mayGrant(rules, after, now)).toMatchObject({ ok: true });
      }
    }),
    { numRuns: 500 },
  );
});

test("the same decision again, by any door, changes nothing", () => {
  fc.assert(
    fc.property(someRules, someAsked, fc.array(someDecision, { maxLength: 8 }), (rules, asked, decisions) => {
      if (!mayAsk(rules, asked).ok) return;
      for (const { after, now, decision } of history(rules, newRequest(rules, asked, uuid, start), decisions))
        for (const door of ["command", "slack"] as const) {
          const again = decide(rules, after, { ...decision, door }, now + 1);
          if (decision.what !== "end") expect(again).toEqual({ ok: true, request: after });
        }
    }),
    { numRuns: 500 },
  );
});

test("every requester of rules that can be read can get the access on every route", () => {
  fc.assert(
    fc.property(someRules, (rules) => {
      for (const route of routes) {
        const rule = routeRule(rules, route);
        if (rule === null) continue;
        for (const requester of rule.mayAsk.people) {
          const duration = Math.max(...offeredDurations(rules, rule));
          expect(duration).toBeLessThanOrEqual(rule.longest);
          const asked = { target: rules.target, requester, duration, reason: "OPS-1", route };
          expect(mayAsk(rules, asked)).toMatchObject({ ok: true });
          if (route !== "approval") continue;
          const decisions = rules.mayApprove.people.map((by) => ({
            ...{ by, what: "approve" as const, door: "slack" as const, afterMs: 0 },
          }));
          const last = [...history(rules, newRequest(rules, asked, uuid, start), decisions)].at(-1);
          expect(last?.after.status).toBe("approved");
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("under other rules, an approved request is granted only if they allow the same access too", () => {
  fc.assert(
    fc.property(
      someRules,
      someRules,
      someAsked,
      fc.array(someDecision, { maxLength: 6 }),
      (rules, others, asked, decisions) => {
        if (!mayAsk(rules, asked).ok || asked.route !== "approval") return;
        const last = [...history(rules, newRequest(rules, asked, uuid, start), decisions)].at(-1);
        if (last?.after.status !== "approved") return;
        const isAllowed = mayAsk(others, asked).ok && hasEnoughApprovals(others, last.after);
        expect(mayGrant(others, last.after, last.after.times.approved ?? 0).ok).toBe(isAllowed);
      },
    ),
    { numRuns: 500 },
  );
});
