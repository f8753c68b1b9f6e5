// The transitions of a request, for every status and every event.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { alex, robin, someRequest, start } from "./flow.test-support.ts";
import type { AccessRequest, RecordedAnswer, Status } from "./request.ts";
import { isOpen, isOver } from "./request.ts";
import { statuses } from "./request-shape.ts";
import { type RequestEvent, transition } from "./transition.ts";

const dayMs = 24 * 60 * 60 * 1_000;

const good: RecordedAnswer = { at: start, message: "Done.", outcome: "granted", errors: [], expiresAt: null };
const bad: RecordedAnswer = { ...good, outcome: "failed", errors: ["The group is gone"] };
const decision = (what: "approve" | "deny" | "withdraw" | "end") => ({
  ...{ by: what === "withdraw" ? robin : alex, door: "command" as const, what, at: start, ruleVersion: "v1" },
});

/** Every event, in each of its forms. */
const events: RequestEvent[] = [
  { type: "plan", answer: good, refusal: null },
  { type: "plan", answer: bad, refusal: "The group is gone" },
  { type: "wait", step: "ask", token: "token-1" },
  { type: "wait", step: "hold", token: "token-1" },
  { type: "arrive" },
  { type: "approve", decision: decision("approve"), isEnough: false },
  { type: "approve", decision: decision("approve"), isEnough: true },
  { type: "approve-at-once", ruleVersion: "v1", announcement: "The glass is broken." },
  { type: "deny", decision: decision("deny") },
  { type: "withdraw", decision: decision("withdraw") },
  { type: "end", decision: decision("end") },
  { type: "expire" },
  { type: "refuse", refusal: "The rules have changed" },
  { type: "grant" },
  { type: "escalate-answered", answer: good },
  { type: "escalate-answered", answer: bad },
  { type: "escalate-unanswered" },
  { type: "hold-over" },
  { type: "stop", why: "its execution is aborted" },
  { type: "deescalate-answered", answer: good },
  { type: "deescalate-answered", answer: bad },
];

/** A request in a status, with the last attempts that the flow makes. */
function requestIn(status: Status): AccessRequest {
  const { times } = someRequest();
  return someRequest({
    status,
    attempts: { escalate: 3, deescalate: 50 },
    times: { ...times, granting: start, ending: start, over: isOver({ status }) ? start : null },
  });
}

test("the diagram in the README has every change of the status, and no other", () => {
  const found = new Map<string, Set<string>>();
  for (const status of statuses)
    for (const event of events) {
      const next = transition(requestIn(status), event, start + dayMs);
      if (!next.ok || next.request.status === status) continue;
      const arrow = `${status} --> ${next.request.status}`;
      found.set(arrow, (found.get(arrow) ?? new Set()).add(event.type));
    }
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const drawn = [...readme.matchAll(/^ {4}(\w+ --> \w+): (.+)$/gm)].map(([, arrow, types = ""]) => [
    arrow,
    types.split(", ").sort(),
  ]);
  expect(drawn.sort()).toEqual([...found].map(([arrow, types]) => [arrow, [...types].sort()]).sort());
});

test("an event that cannot happen is refused with the present status, and changes nothing", () => {
  const request = requestIn("ended");
  expect(transition(request, { type: "grant" }, start)).toEqual({
    ...{ ok: false, refusal: `Request ${request.id} has ended` },
  });
  expect(request).toEqual(requestIn("ended"));
});

test("every final status is over, with its time and a message, and every other status is open", () => {
  for (const status of statuses)
    for (const event of events) {
      const before = requestIn(status);
      const next = transition(before, event, start + dayMs);
      if (!next.ok) continue;
      const { request } = next;
      expect(request.times.over === null, `${status} ${event.type}`).toBe(!isOver(request));
      if (!isOver(before) && isOver(request)) expect(request.messages.length).toBeGreaterThan(0);
      if (!isOver(request)) expect(isOpen(request)).toBe(true);
    }
});

const granting = () => requestIn("granting");
const grantedBy = (answer: Partial<RecordedAnswer>, now: number) => {
  const next = transition(granting(), { type: "escalate-answered", answer: { ...good, ...answer } }, now);
  return next.ok ? next.request : undefined;
};

test.for<[what: string, expiresAt: number | null, holdUntil: number]>([
  ["the handler's own end", start + 900_000, start + 900_000],
  ["the approved duration, if the handler's end is later", start + dayMs, start + 5_000 + 1_800_000],
  [
    "the approved duration from the beginning of the grant, without an end of the handler",
    null,
    start + 1_800_000,
  ],
])("a hold ends at %s", ([, expiresAt, holdUntil]) => {
  expect(grantedBy({ expiresAt }, start + 5_000)?.times.holdUntil).toBe(holdUntil);
});

test("a grant is pending or granted, and anything with an error or a refusal ends at once", () => {
  expect(grantedBy({ outcome: "pending" }, start)?.status).toBe("held");
  expect(grantedBy({ outcome: null }, start)?.status).toBe("held");
  for (const answer of [{ errors: ["no"] }, { outcome: "refused" }, { outcome: "failed" }])
    expect(grantedBy(answer, start)).toMatchObject({
      ...{ status: "ending", times: { ending: start } },
      messages: [{ kind: "not-granted", to: "requester", text: "Done." }],
    });
});

test("a failed end alarms once after an hour, and fails loudly after a day", () => {
  let request = someRequest({ status: "ending" });
  request = { ...request, times: { ...request.times, ending: start } };
  const kinds = [];
  for (let now = start; request.status === "ending"; now += 10 * 60_000) {
    const next = transition(request, { type: "deescalate-answered", answer: bad }, now);
    if (!next.ok) break;
    kinds.push(...next.request.messages.slice(request.messages.length).map(({ kind }) => [kind, now]));
    request = next.request;
  }
  expect(kinds).toEqual([
    ["late", start + dayMs / 24],
    ["failed", start + dayMs],
  ]);
  expect(request).toMatchObject({ status: "failed", times: { over: start + dayMs } });
  const again = transition(request, { type: "end", decision: decision("end") }, start + 2 * dayMs);
  expect(again).toMatchObject({ ok: true, request: { status: "ending", times: { over: null } } });
});
