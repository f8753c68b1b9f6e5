// Each step alone: what it answers, writes, invokes and tells.
import { expect, test } from "vitest";
import { rulesOf, someRequest, start } from "./flow.test-support.ts";
import { ask } from "./steps/ask.ts";
import { deescalate } from "./steps/deescalate.ts";
import { escalate } from "./steps/escalate.ts";
import { plan } from "./steps/plan.ts";
import { approved, granted, held, id, minuteMs, setUp } from "./steps.test-support.ts";

test.for<[what: string, answer: unknown, next: string, status: string]>([
  [
    "would grant",
    { body: { message: "Robin would get.", outcome: "would-grant" }, errors: [] },
    "ask",
    "asked",
  ],
  [
    "other requests hold the access",
    { body: { outcome: "held-by-other-requests" }, errors: [] },
    "ask",
    "asked",
  ],
  [
    "would be refused",
    { body: { message: "No.", outcome: "would-be-refused" }, errors: [] },
    "over",
    "refused",
  ],
  ["the access is standing", { body: { outcome: "already-standing" }, errors: [] }, "over", "refused"],
  ["there is no plan", { body: { outcome: "failed" }, errors: ["The group is down"] }, "ask", "asked"],
  ["the handler knows no plans", { body: { outcome: "refused" }, errors: ["no plan"] }, "ask", "asked"],
  ["the handler does not answer", new Error("timeout"), "ask", "asked"],
  ["the answer makes no sense", "granted", "ask", "asked"],
])("plan: %s", async ([, answer, next, status]) => {
  const { deps, stored } = await setUp(someRequest(), [answer]);
  expect(await plan(deps, id)).toEqual({ next, seconds: next === "ask" ? 8 * 60 * 60 : 1 });
  expect(await stored()).toMatchObject({ status, answers: { plan: { at: start } } });
});

test("plan asks the handler once, also if the step runs again", async () => {
  const { deps, seen } = await setUp(someRequest(), [granted]);
  await plan(deps, id);
  await plan(deps, id);
  expect(seen.payloads).toMatchObject([{ event: { type: "plan" } }]);
});

test("ask stores its token, and asks the approvers once, with reason and plan", async () => {
  const { deps, seen, stored } = await setUp(someRequest(), [{ body: { message: "Robin would get." } }]);
  await plan(deps, id);
  for (const token of ["token-1", "token-2"]) await ask(deps, id, token);
  expect((await stored()).waiting).toEqual({ step: "ask", token: "token-2", since: start });
  expect(seen.told).toMatchObject([
    {
      ...{ kind: "asked", to: "approvers" },
      text: `robin@example.com asks for Production admins for 30m. Reason: Restart the importer. Robin would get. Approve or deny request ${id} until 2027-01-15 16:00 UTC.`,
    },
  ]);
  expect(seen.woken).toEqual([]);
});

test("ask waits ten minutes for a user group of on-call people that cannot be read", async () => {
  const request = someRequest({ route: "break-glass", reason: "INC-1: the importer is stuck" });
  const { deps, world, seen, stored } = await setUp(request);
  const { rules } = world;
  const mayAsk = { slack_user_groups: ["S0ONCALL"] };
  const breakGlass = { may_ask: mayAsk, longest: "30m", message: "The glass is broken." };
  const unread = { ...rulesOf({ break_glass: breakGlass }), unreadGroups: ["S0ONCALL"] };
  world.rules = unread;
  await expect(ask(deps, id, "token-1")).rejects.toThrow("Slack user group S0ONCALL cannot be read now");
  expect((await stored()).status).toBe("asked");
  world.rules = rules;
  await ask(deps, id, "token-2");
  expect((await stored()).status).toBe("approved");
  const late = await setUp(request);
  late.world.rules = unread;
  late.seen.now = start + 10 * minuteMs;
  await ask(late.deps, id, "token-1");
  expect((await late.stored()).status).toBe("refused");
  expect(seen.told).toMatchObject([{ kind: "approved-at-once" }]);
});

test("ask approves at once on the routes without approvers, loudly, before the grant", async () => {
  const request = someRequest({ route: "break-glass", reason: "INC-1: the importer is stuck" });
  const { deps, seen, stored } = await setUp(request);
  await ask(deps, id, "token-1");
  expect(await stored()).toMatchObject({ status: "approved", times: { approved: start } });
  expect(seen.woken).toEqual(["token-1"]);
  expect(seen.told).toMatchObject([
    {
      ...{ kind: "approved-at-once", to: "everyone" },
      text: `The glass is broken. robin@example.com asks for Production admins for 30m. The rules approved the request at once, by breaking the glass. Reason: INC-1: the importer is stuck. End the access early with request ${id}.`,
    },
  ]);
  const changed = await setUp(request);
  changed.world.rules = rulesOf({ break_glass: null });
  await ask(changed.deps, id, "token-1");
  expect(await changed.stored()).toMatchObject({ status: "refused" });
});

test("escalate grants what is approved, and holds until the handler's end", async () => {
  const expires_at = new Date(start + 20 * minuteMs + 1).toISOString();
  const { deps, seen, stored } = await setUp(
    { ...approved, waiting: { step: "ask", token: "t", since: start } },
    [{ body: { ...granted.body, expires_at }, errors: [] }],
  );
  expect(await escalate(deps, id)).toEqual({ next: "hold", seconds: 15 * 60 });
  expect(await stored()).toMatchObject({
    status: "held",
    waiting: null,
    times: { holdUntil: start + 20 * minuteMs + 1, remindAt: start + 15 * minuteMs },
  });
  expect(seen.told).toMatchObject([{ kind: "held", to: "requester", text: "You have access." }]);
});

test("escalate invokes the handler with the same run id until an answer, four times at most", async () => {
  const deaf = new Error("timeout");
  const { deps, seen, stored } = await setUp(approved, [deaf, "nonsense", deaf, granted]);
  const answers = [];
  for (let run = 0; run < 4; run += 1) answers.push(await escalate(deps, id));
  expect(answers).toEqual([
    { next: "escalate", seconds: 10 },
    { next: "escalate", seconds: 20 },
    { next: "escalate", seconds: 40 },
    { next: "hold", seconds: 1_350 },
  ]);
  expect(new Set(seen.payloads.map((payload) => JSON.stringify(payload))).size).toBe(1);
  const never = await setUp(approved);
  for (let run = 0; run < 3; run += 1) await escalate(never.deps, id);
  expect(await escalate(never.deps, id)).toEqual({ next: "deescalate", seconds: 1 });
  expect((await never.stored()).status).toBe("ending");
  expect((await stored()).status).toBe("held");
});

test("escalate evaluates the rules again, and does not invoke the handler if they refuse", async () => {
  const { deps, seen, world, stored } = await setUp(approved, [granted]);
  world.rules = rulesOf({ settings: { group_name: "other" } });
  expect(await escalate(deps, id)).toEqual({ next: "over", seconds: 1 });
  expect(seen.payloads).toEqual([]);
  expect((await stored()).status).toBe("refused");
  expect(seen.told).toMatchObject([
    {
      kind: "refused",
      text: expect.stringContaining("means another access than at the time of the request; ask again"),
    },
  ]);
});

test("deescalate follows again after growing pauses, and refuses what was never granted", async () => {
  const { deps } = await setUp(
    someRequest({ ...held, status: "ending", times: { ...held.times, ending: start } }),
  );
  const seconds = [];
  for (let run = 0; run < 8; run += 1) {
    const answer = await deescalate(deps, id);
    expect(answer.next).toBe("deescalate");
    seconds.push(answer.seconds);
  }
  expect(seconds).toEqual([15, 30, 60, 120, 240, 480, 600, 600]);
  const early = await setUp(approved);
  expect(await deescalate(early.deps, id)).toEqual({ next: "over", seconds: 1 });
  expect(early.seen.payloads).toEqual([]);
  expect(early.seen.told.map(({ kind, to }) => `${kind} to ${to}`)).toEqual([
    "stopped to operators",
    "refused to requester",
  ]);
});
