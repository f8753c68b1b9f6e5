// Many requests at once, with random decisions, while functions are killed, calls fail, answers are lost and executions are stopped.
// FLOW_REQUESTS: how many requests (20). FLOW_SEED: plays a run's choices again, as far as the processes' timing allows.
import type { AccessRequest, Status } from "@sym/flow";
import type { Tools } from "@sym/infra-tests/tools";
import { oneOf, seeded } from "@sym/simulation/chance";
import { expect, test } from "vitest";
import { alex, type Flow, kim, robin, sam, startFlow } from "./flow.ts";
import type { Fate } from "./gateway.ts";
import { findFlowTools } from "./tools.ts";

const tools = findFlowTools();
const count = Number(process.env["FLOW_REQUESTS"] ?? 20);
const seed = Number(process.env["FLOW_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const final: Status[] = ["denied", "expired", "withdrawn", "refused", "ended"];
/** The statuses in which a person may have the access. */
const possible: Status[] = ["granting", "held", "ending", "failed"];

test.runIf(tools)(`no access leaks, and every status is true (FLOW_SEED=${seed})`, async () => {
  const random = seeded(seed).steps;
  const fates = new Map<Fate, number>();
  let hasFaults = false;
  const flow = await startFlow(tools as Tools, () => {
    if (!hasFaults || random() >= 0.04) return "passed";
    const fate = oneOf<Fate>(["killed-before", "killed-after", "failed", "lost"], random());
    fates.set(fate, (fates.get(fate) ?? 0) + 1);
    return fate;
  });
  try {
    await flow.giveStanding(kim);
    hasFaults = true;
    const stopped = await actRandomly(flow, random);
    hasFaults = false;
    let requests: AccessRequest[] = [];
    // An end that failed again and again is tried every ten minutes, and a message for up to a day.
    await flow.until(36 * 60, async () => {
      requests = await allRequests(flow);
      return requests.every((request) => final.includes(request.status) && isSettled(request));
    });
    expect(await flow.members()).toEqual([kim]);
    for (const request of requests) mustBeTrue(request);
    report(requests, fates, stopped);
  } finally {
    await flow.deployment.close();
  }
});

/** People ask, decide and end, and administrators stop executions, over some hours. Returns how many executions were stopped. */
async function actRandomly(flow: Flow, random: () => number): Promise<number> {
  let asked = 0;
  let stopped = 0;
  while (asked < count) {
    await flow.tick();
    if (random() < 0.3) {
      asked += 1;
      // A person whose request fails sees an error, and the request may be recorded.
      await flow.ask(oneOf([robin, sam, kim], random()), randomRequest(random)).catch(() => undefined);
    }
    const open = (await allRequests(flow)).filter(({ status }) => !final.includes(status));
    for (const { id } of open.filter(() => random() < 0.01)) {
      stopped += 1;
      await flow.stop(id);
    }
    for (const { id } of open.filter(() => random() < 0.15)) await decideRandomly(flow, id, random);
    await membersHaveRequests(flow);
  }
  return stopped;
}

function randomRequest(random: () => number) {
  const duration = oneOf(["10m", "30m"], random());
  if (random() < 0.2) return { duration, route: "break-glass" };
  return { duration, target: oneOf(["prod-admins", "prod-admins-two"], random()) };
}

/** A person decides; some click twice, at the same time. */
async function decideRandomly(flow: Flow, id: string, random: () => number): Promise<void> {
  const person = oneOf([alex, sam, kim, robin], random());
  const decision = oneOf(["approve", "approve", "approve", "approve", "deny", "withdraw", "end"], random());
  const clicks = Array.from({ length: random() < 0.2 ? 2 : 1 });
  await Promise.all(clicks.map(() => flow.decide(person, id, decision)));
}

async function allRequests({ store, read }: Flow): Promise<AccessRequest[]> {
  const statuses: Status[] = [...final, ...possible, "asked", "approved"];
  const ids = await Promise.all(statuses.map((status) => store.ids({ status, limit: 1_000 })));
  return Promise.all([...new Set(ids.flat())].map(read));
}

/** Nobody has the access without a request that may give the access, apart from Kim, who has the access without any request. */
async function membersHaveRequests(flow: Flow): Promise<void> {
  const requests = await allRequests(flow);
  for (const member of (await flow.members()).filter((one) => one !== kim))
    expect(requests.filter(({ requester }) => requester === member).map(({ status }) => status)).toEqual(
      expect.arrayContaining([expect.toSatisfy((status: Status) => possible.includes(status))]),
    );
}

/** No step waits, and everybody was told everything. */
function isSettled({ waiting, messages }: AccessRequest): boolean {
  return waiting === null && messages.every(({ told }) => told !== null);
}

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

function report(requests: AccessRequest[], fates: Map<Fate, number>, stopped: number): void {
  const counts = Map.groupBy(requests, ({ status }) => status);
  const ended = [...counts].map(([status, list]) => `${list.length} ${status}`).join(", ");
  const faults = [...fates].map(([fate, times]) => `${times} calls ${fate}`).join(", ");
  process.stderr.write(
    `Flow chaos, seed ${seed}: ${requests.length} requests (${ended}); ${faults}; ${stopped} executions stopped; no leak.\n`,
  );
}
