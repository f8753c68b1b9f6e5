// Many requests at once, with random decisions by commands and in Slack, while functions are killed, calls fail, answers are lost,
// executions are stopped, and Slack fails, is forged, and is down for hours.
// FLOW_REQUESTS: how many requests (20). FLOW_SEED: plays a run's choices again, as far as the processes' timing allows.
import type { AccessRequest } from "@sym/flow";
import type { Tools } from "@sym/infra-tests/tools";
import { oneOf, seeded } from "@sym/simulation/chance";
import { expect, test } from "vitest";
import { actRandomly, allRequests, final, holdAlone } from "./chaos-people.test-support.ts";
import { isTold, mustBeTold } from "./chaos-slack.test-support.ts";
import type { SlackFate } from "./faulty-slack.ts";
import { kim, robin, startFlow } from "./flow.ts";
import type { Fate } from "./gateway.ts";
import { findFlowTools } from "./tools.ts";

const tools = findFlowTools();
const count = Number(process.env["FLOW_REQUESTS"] ?? 20);
const seed = Number(process.env["FLOW_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const minuteMs = 60_000;
const outageMs = 2 * 60 * minuteMs;
/** The watchman ends a hold five minutes after its time, in rounds of five minutes; a tick of the outage is a minute. */
const mostLateMs = 11 * minuteMs;

test.runIf(tools)(`no access leaks, and every status is true (FLOW_SEED=${seed})`, async () => {
  const random = seeded(seed).steps;
  const fates = new Map<Fate | `Slack ${SlackFate}`, number>();
  const counted = <F extends Fate | `Slack ${SlackFate}`>(fate: F): F => {
    fates.set(fate, (fates.get(fate) ?? 0) + 1);
    return fate;
  };
  let hasFaults = false;
  let isSlackDown = false;
  const flow = await startFlow(tools as Tools, {
    fateOf: () => {
      if (!hasFaults || random() >= 0.04) return "passed";
      return counted(oneOf(["killed-before", "killed-after", "failed", "lost"], random()));
    },
    slackFateOf: () => {
      if (isSlackDown) return "down";
      if (!hasFaults || random() >= 0.1) return "passed";
      const fate = oneOf(slackFates, random());
      counted(`Slack ${fate}`);
      return fate;
    },
  });
  const { now } = flow.deployment.gateway;
  try {
    await flow.giveStanding(kim);
    hasFaults = true;
    const done = await actRandomly(flow, random, ({ asked }) => asked < count);
    hasFaults = false;
    isSlackDown = true;
    const outage = { from: now(), to: now() + outageMs };
    await holdAlone(flow, robin);
    const pace = { tickMs: minuteMs, asking: 0.1 };
    const more = await actRandomly(flow, random, () => now() < outage.to, pace);
    isSlackDown = false;
    let requests: AccessRequest[] = [];
    // An end that failed again and again is tried every ten minutes, and a message for up to a day.
    await flow.until(36 * 60, async () => {
      requests = await allRequests(flow);
      return requests.every((request) => final.includes(request.status) && isTold(flow, request));
    });
    expect(await flow.members()).toEqual([kim]);
    for (const request of requests) {
      mustBeTrue(request);
      mustBeTold(flow, request);
    }
    const inOutage = requests.filter((request) => isHeldTo(request, outage));
    expect(inOutage).not.toEqual([]);
    for (const { id, times } of inOutage)
      expect(Number(times.ending) - Number(times.holdUntil), id).toBeLessThanOrEqual(mostLateMs);
    report(requests, fates, `${done.stopped + more.stopped} executions stopped; ${inOutage.length} holds`);
  } finally {
    await flow.close();
  }
});

const slackFates: SlackFate[] = [
  ...(["throttle", "internal-error", "down", "reset", "answer-lost"] as const),
  "answer-withheld",
];

/** A request that gave access was approved as the rules say, and its handler has ended the access. */
function mustBeTrue({
  id,
  status,
  requester,
  target,
  route,
  decisions,
  answers,
  times,
}: AccessRequest): void {
  if (times.granting === null) {
    expect(answers.escalate, id).toBeNull();
    return;
  }
  const approvers = new Set(decisions.filter(({ what }) => what === "approve").map(({ by }) => by));
  expect(approvers, id).not.toContain(requester);
  if (route === "approval")
    expect(approvers.size, id).toBeGreaterThanOrEqual(target === "prod-admins" ? 1 : 2);
  expect(status, id).toBe("ended");
  expect(answers.deescalate?.errors, id).toEqual([]);
}

/** Whether the time of the request's hold was over while Slack, and nothing else, was down. */
function isHeldTo({ times }: AccessRequest, { from, to }: { from: number; to: number }): boolean {
  const { holdUntil } = times;
  return holdUntil !== null && holdUntil >= from && holdUntil + mostLateMs <= to;
}

function report(requests: AccessRequest[], fates: Map<string, number>, more: string): void {
  const counts = Map.groupBy(requests, ({ status }) => status);
  const doors = Map.groupBy(
    requests.flatMap(({ decisions }) => decisions),
    ({ door }) => door,
  );
  const ended = [...counts].map(([status, list]) => `${list.length} ${status}`).join(", ");
  const decided = [...doors].map(([door, list]) => `${list.length} decisions by ${door}`).join(", ");
  const faults = [...fates].map(([fate, times]) => `${times} calls ${fate}`).join(", ");
  process.stderr.write(
    `Flow chaos, seed ${seed}: ${requests.length} requests (${ended}); ${decided}; ${faults}; ${more} ended while Slack was down; no leak.\n`,
  );
}
