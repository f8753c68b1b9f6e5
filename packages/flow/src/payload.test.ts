// The payloads of a request, as a handler of lambda-core reads them, and beside Sym's own.
import { createHandler, parseEvent, type SymRequest } from "@sym/lambda-core";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import { alex, robin, someRequest, start } from "./flow.test-support.ts";
import { payloadFor } from "./payload.ts";
import type { AccessRequest } from "./request.ts";

const approved = someRequest({
  status: "ending",
  decisions: [{ by: alex, door: "command", what: "approve", at: start, ruleVersion: null }],
  times: { ...someRequest().times, granting: start + 1_234, ending: start + 1_800_000 },
});
const endedBy = (by: typeof alex): AccessRequest => ({
  ...approved,
  decisions: [...approved.decisions, { by, door: "command", what: "end", at: start, ruleVersion: null }],
});

/** The path and the type of every value. */
function shapeOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${path} ${typeof value}`];
  if (Array.isArray(value)) return [`${path} list`];
  return Object.entries(value).flatMap(([key, inner]) => shapeOf(inner, `${path}.${key}`));
}

/** Sym's payload of a run that was started outside Slack, with Sym's identity of users outside Slack. */
function symPayload(file: string) {
  const payload = testPayload(file);
  const identity = { service: "sym", external_id: "cloud", email: "robin.requester@example.com" };
  for (const actor of [payload.actor, ...Object.values<{ identity: unknown }>(payload.run.actors)])
    actor.identity = identity;
  return payload;
}

test.for([
  ["escalate", "api-started-escalate.json"],
  ["deescalate", "api-started-deescalate.json"],
] as const)("the payload of %s has exactly the fields of Sym's", ([type, file]) => {
  expect(shapeOf(payloadFor(endedBy(alex), type)).sort()).toEqual(shapeOf(symPayload(file)).sort());
});

test.for(["plan", "escalate", "deescalate"] as const)("the values of %s have Sym's forms", (type) => {
  const payload = payloadFor(approved, type) as ReturnType<typeof testPayload>;
  const sym = testPayload("escalate.json");
  const forms = (one: typeof sym) => ({
    id: one.id,
    flow: one.run.flow,
    user: one.run.actors.request.user,
    timestamp: one.event.timestamp,
    srn: one.fields.target.srn,
    targetId: one.fields.target_id,
  });
  const formOf = (text: string) =>
    text.replace(/[\w-]+/g, (word) => (/^[\da-f-]{36}$/.test(word) ? "uuid" : word.replace(/\d/g, "0")));
  const form = (values: Record<string, string>) =>
    Object.values(values).map((text) => formOf(text).replace(/[a-z_-]{2,}/g, "x"));
  expect(form(forms(payload))).toEqual(form(forms(sym)));
  expect(payload.run.srn).toBe(`flow:run:prod-admins:1.0.0:${approved.id}`);
  expect(payload.event.srn).toBe(`sym:event-spec:approval:1.0.0:${type}`);
  expect(payload.fields.target.srn).toContain(payload.fields.target_id);
});

test("lambda-core parses the payloads into the request", () => {
  const settings = { arn: approved.access.functionArn, group_name: "prod-admins" };
  const request = {
    ...{ runId: approved.id, requester: robin },
    target: { name: "prod-admins", label: "Production admins", settings },
  };
  expect(parseEvent(payloadFor(approved, "escalate"))).toEqual({
    ...{ ...request, type: "escalate", duration: 1_800 },
    fields: expect.objectContaining({ reason: approved.reason, duration: 1_800 }),
  });
  expect(parseEvent(payloadFor(approved, "deescalate"))).toEqual({
    ...{ ...request, type: "deescalate", duration: undefined },
    fields: expect.objectContaining({ deescalate_type: "scheduled" }),
  });
});

test("a handler accepts the payloads as its own events, and takes no setting for a person's choice", async () => {
  const seen: SymRequest[] = [];
  const act = async (request: SymRequest) => {
    seen.push(request);
    return { outcome: "granted" as const, subject: "user robin", resource: "group prod-admins" };
  };
  const names = { subject: "user robin", resource: "group prod-admins" };
  const access = { host: "h", resource: "r", subject: "s", names };
  const handler = createHandler("example", () => ({
    ...{ escalate: act, deescalate: act },
    plan: async () => ({ outcome: "would-grant", access, state: "absent", wanted: "member" }),
  }));
  const context = {
    ...{ awsRequestId: "request-1", invokedFunctionArn: approved.access.functionArn },
    getRemainingTimeInMillis: () => 10_000,
  };
  for (const type of ["escalate", "deescalate", "plan"] as const)
    expect(await handler(payloadFor(approved, type), context)).toMatchObject({
      ...{ errors: [], body: { run_id: approved.id } },
    });
  expect(seen.map(({ type }) => type)).toEqual(["escalate", "deescalate"]);
});

test("the payloads of one event are equal, and those of two events have different ids", () => {
  expect(payloadFor({ ...approved, version: 9 }, "escalate")).toEqual(payloadFor(approved, "escalate"));
  const ids = (["plan", "escalate", "deescalate"] as const).map((type) => payloadFor(approved, type)["id"]);
  expect(new Set(ids).size).toBe(3);
});

test.for<[what: string, request: AccessRequest, who: string, type: string, channel: string]>([
  ["the time is over", approved, alex, "scheduled", "internal"],
  ["the requester ends it", endedBy(robin), robin, "manual", "sym"],
])("an end names its actor: %s", ([, request, who, type, channel]) => {
  expect(payloadFor(request, "deescalate")).toMatchObject({
    actor: { username: who },
    run: {
      actors: { request: { username: robin }, approve: { username: alex }, deescalate: { username: who } },
    },
    event: { channel, timestamp: "2027-01-15T08:30:00.000000" },
    fields: { deescalate_type: type },
  });
});
