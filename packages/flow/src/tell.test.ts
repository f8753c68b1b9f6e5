// What each outlet tells, what fails, and the card in Slack.
import { refused, unavailable } from "@sym/lambda-core";
import { expect, test } from "vitest";
import { decideOn } from "./door.ts";
import { alex, askedRequest, robin, someRequest, start } from "./flow.test-support.ts";
import type { AccessRequest, Message } from "./request.ts";
import { isOpen } from "./request.ts";
import { ask } from "./steps/ask.ts";
import { deescalate } from "./steps/deescalate.ts";
import { escalate } from "./steps/escalate.ts";
import { by, granted, held, id, minuteMs, setUp } from "./steps.test-support.ts";
import { watch } from "./watchman.ts";

/** A request with an outlet for Slack beside the topic. `world.slack`: the error of each call of Slack. */
async function withSlack(request: AccessRequest, answers: unknown[] = []) {
  const { deps, ...rest } = await setUp(request, answers);
  const slack = { calls: [] as string[], error: undefined as Error | undefined };
  const call = (name: string) => {
    slack.calls.push(name);
    if (slack.error) throw slack.error;
  };
  const outlets = {
    tell: {
      ...deps.outlets.tell,
      async slack(message: Message) {
        call(`tell ${message.kind}`);
        const card = { channel: "C1", ts: "1.1", shows: "asked, decisions: 0", problem: null };
        return message.kind === "asked" ? { card } : {};
      },
    },
    async updateCard({ status }: AccessRequest) {
      call(`card ${status}`);
    },
  };
  return { ...rest, slack, deps: { ...deps, outlets } };
}

test("the card is posted once, follows each decision, and is over at the end", async () => {
  const { deps, slack, stored } = await withSlack(someRequest(), [granted, granted]);
  await ask(deps, id, "token");
  expect(await stored()).toMatchObject({ card: { ts: "1.1", shows: "asked, decisions: 0" } });
  await decideOn(deps, id, by(alex, "approve"));
  await escalate(deps, id);
  await decideOn(deps, id, by(robin, "end"));
  await deescalate(deps, id);
  expect(slack.calls).toEqual(["tell asked", "tell held", "card held", "tell ended", "card ended"]);
  expect(await stored()).toMatchObject({ card: { shows: "ended", problem: null } });
  expect(isOpen(await stored())).toBe(false);
});

test("an outlet that has told a message does not tell it again for the other outlet", async () => {
  const { deps, slack, seen, stored } = await withSlack(someRequest());
  slack.error = refused("Slack knows no channel C1");
  await ask(deps, id, "token");
  expect((await stored()).messages).toMatchObject([
    { told: null, toldIn: ["topic"], problem: "Slack knows no channel C1" },
  ]);
  slack.error = undefined;
  await ask(deps, id, "token");
  expect((await stored()).messages).toMatchObject([
    { told: start, toldIn: ["topic", "slack"], problem: null },
  ]);
  expect(seen.told.map(({ kind }) => kind)).toEqual(["asked"]);
});

test("the problem of an outlet is recorded also if another outlet tells the message", async () => {
  const { deps, world, stored } = await withSlack(someRequest());
  world.canTell = false;
  await ask(deps, id, "token");
  expect((await stored()).messages).toMatchObject([
    { told: null, toldIn: ["slack"], problem: "The topic does not answer" },
  ]);
  world.canTell = true;
  await ask(deps, id, "token");
  expect((await stored()).messages).toMatchObject([{ told: start, problem: null }]);
});

test("a Slack that does not answer is called once in a step, and the access ends all the same", async () => {
  const { deps, slack, stored } = await withSlack(someRequest(), [granted, granted]);
  await ask(deps, id, "token");
  await decideOn(deps, id, by(alex, "approve"));
  slack.error = unavailable("Slack did not answer chat.postMessage");
  await escalate(deps, id);
  await decideOn(deps, id, by(robin, "end"));
  slack.calls.length = 0;
  expect(await deescalate(deps, id)).toEqual({ next: "over", seconds: 1 });
  expect(slack.calls).toEqual(["tell held"]);
  const request = await stored();
  expect(request).toMatchObject({ status: "ended", card: { shows: "asked, decisions: 0" } });
  expect(isOpen(request)).toBe(true);
});

test("what Slack does not take for a day is lost, and the watchman looks at the request no more", async () => {
  const over = {
    ...askedRequest(),
    status: "denied" as const,
    times: { ...someRequest().times, over: start },
  };
  const card = { channel: "C1", ts: "1.1", shows: "asked, decisions: 0", problem: null };
  const { deps, slack, seen, stored } = await withSlack({ ...over, card });
  const round = () => watch({ ...deps, executions: { status: async () => "succeeded" } });
  slack.error = unavailable("Slack did not answer chat.update");
  seen.now = start + 5 * minuteMs;
  await round();
  expect((await stored()).card).toMatchObject({ problem: "Slack did not answer chat.update" });
  seen.now = start + 24 * 60 * minuteMs;
  await round();
  expect(await stored()).toMatchObject({
    card: { shows: "denied", problem: "Slack did not answer chat.update" },
  });
  expect(isOpen(await stored())).toBe(false);
});

test("the requester is reminded once, before the end of the hold", async () => {
  const times = { ...held.times, remindAt: start + 22 * minuteMs };
  const { deps, seen } = await setUp({ ...held, times }, [granted]);
  seen.now = start + 22 * minuteMs - 1;
  expect(await deescalate(deps, id)).toEqual({ next: "hold", seconds: 1 });
  expect(seen.told).toEqual([]);
  seen.now += 1;
  expect(await deescalate(deps, id)).toEqual({ next: "hold", seconds: 8 * 60 });
  await deescalate(deps, id);
  expect(seen.told).toMatchObject([
    {
      ...{ kind: "reminder", to: "requester" },
      text: "Your access to Production admins ends at 2027-01-15 08:30 UTC. To keep the access without a gap, ask again now: the new request needs its own approval.",
    },
  ]);
  seen.now = start + 30 * minuteMs;
  expect(await deescalate(deps, id)).toEqual({ next: "over", seconds: 1 });
});

test("a handler's answer without a message is told in the flow's own words", async () => {
  const bare = (errors: string[] = []) => ({ body: {}, errors });
  const texts = async (answers: unknown[]) => {
    const { deps, seen } = await setUp(someRequest(), answers);
    await ask(deps, id, "token");
    await decideOn(deps, id, by(alex, "approve"));
    await escalate(deps, id);
    await decideOn(deps, id, by(robin, "end"));
    await deescalate(deps, id);
    return seen.told.slice(1).map(({ text }) => text);
  };
  expect(await texts([bare(), bare()])).toEqual([
    "You have access to Production admins; the handler said nothing more.",
    "Your access to Production admins by this request has ended.",
  ]);
  expect(await texts([bare(["no"]), bare()])).toEqual([
    `The handler did not grant Production admins; request ${id} has the handler's errors.`,
    "Your access to Production admins by this request has ended.",
  ]);
});
