// The requests of a deployed flow, read by the real command.

import * as flow from "@sym/flow";
import { createTable } from "@sym/stand-ins/dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCommand } from "./command.test-support.ts";
import { openAccount } from "./look.test-support.ts";

const table = "sym-flow-requests";
const account = await openAccount([]);
afterAll(account.close);

/** A request of Robin, which waits for approval, was denied by Alex, or could not be told in Slack. */
async function record(
  uuid: string,
  reason: string,
  act: (id: string, deps: flow.FlowDeps) => unknown,
): Promise<void> {
  const store = flow.dynamoDbStore(table, { client: account.client });
  const deps: flow.DoorDeps = {
    ...{ store, clock: { now: Date.now }, rulesOf: async () => rules, wake: async () => undefined },
    invoke: async () => ({
      body: { message: "Robin would get access.", outcome: "would-grant" },
      errors: [],
    }),
    outlets: { tell: { topic: async () => ({}) } },
    start: async () => undefined,
  };
  const asked = {
    target: "prod-admins",
    requester: robin,
    duration: 1_800,
    reason,
    route: "approval" as const,
  };
  const next = await flow.askFor(deps, asked, uuid);
  if (!next.ok) throw new Error(next.refusal);
  await flow.plan(deps, next.request.id);
  await flow.ask(deps, next.request.id, "token-1");
  await act(next.request.id, deps);
}

const [robin, alex] = ["robin@example.com", "alex@example.com"].map(flow.personOf) as [
  flow.Person,
  flow.Person,
];
const rules = flow.readRules(
  JSON.stringify({
    ...{
      target: "prod-admins",
      label: "Production admins",
      settings: {},
      durations: ["30m"],
      longest: "30m",
    },
    function_arn: "arn:aws:lambda:us-east-1:123456789012:function:sym-iam-group",
    ...{ may_ask: { people: [robin] }, may_approve: { people: [alex] } },
  }),
);
const waiting = "11111111-1111-4111-8111-111111111111";
const denied = "22222222-2222-4222-8222-222222222222";

beforeAll(async () => {
  await createTable(account.client, flow.requestsTable(table));
  await record(waiting, "Restart <b>the importer</b>", () => undefined);
  await record(denied, "Read the log", (id, deps) =>
    flow.decideOn(deps, id, { by: alex, door: "slack", what: "deny" }),
  );
  const asked_at = { N: String(Date.now()) };
  const Item = { pk: { S: "flow-broken" }, status_key: { S: "asked" }, asked_at, record: { S: "{" } };
  await account.put(table, Item);
});

test("the list has each request with its meaning, a filter by status, and the broken records", async () => {
  const look = await startCommand(["--requests", table], account.environment);
  const get = async (path: string) => (await fetch(`${look.address}${path}`)).text();
  const list = await get("requests");
  expect(list).toContain("2 requests, 1 broken record: flow-broken");
  expect(list).toMatch(/The request waits for approval until/);
  expect(await get("requests?status=denied")).toContain("1 request");
  const one = await get(`requests/flow-${denied}`);
  expect(one).toMatch(/alex@example\.com: deny, by slack/);
  expect(one).toContain("plan: Robin would get access.");
  expect(await get(`requests/flow-${waiting}`)).toContain("Restart &lt;b&gt;the importer&lt;/b&gt;");
  expect((await fetch(`${look.address}requests/flow-33333333-3333-4333-8333-333333333333`)).status).toBe(404);
  expect(account.actions()).toEqual(["dynamodb:GetItem", "dynamodb:Query", "sts:GetCallerIdentity"]);
  expect(await look.end("SIGTERM", "command")).toBe(0);
});
