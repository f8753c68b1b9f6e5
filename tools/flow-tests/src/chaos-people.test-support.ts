// People who ask, decide and end at random, by commands and in Slack.
import type { AccessRequest, Status } from "@sym/flow";
import { oneOf } from "@sym/simulation/chance";
import { expect } from "vitest";
import { clickRandomly } from "./chaos-slack.test-support.ts";
import { alex, type Flow, kim, robin, sam } from "./flow.ts";

export const final: Status[] = ["denied", "expired", "withdrawn", "refused", "ended"];
/** The statuses in which a person may have the access. */
const possible: Status[] = ["granting", "held", "ending", "failed"];

type Random = () => number;
type Done = { asked: number; stopped: number };
type Pace = { tickMs?: number; asking?: number };

/** The reason of a request about which nobody decides at random, and whose execution nobody stops. */
const leftAlone = "Nobody touches this request";

/** People ask, decide and end, and administrators stop executions, while `goesOn`. `asking`: how often a person asks in a tick. */
export async function actRandomly(
  flow: Flow,
  random: Random,
  goesOn: (done: Done) => boolean,
  { tickMs, asking = 0.3 }: Pace = {},
): Promise<Done> {
  const done: Done = { asked: 0, stopped: 0 };
  while (goesOn(done)) {
    await flow.tick(tickMs);
    if (random() < asking) {
      done.asked += 1;
      await askRandomly(flow, random);
    }
    const open = (await allRequests(flow)).filter(
      ({ status, reason }) => !final.includes(status) && reason !== leftAlone,
    );
    for (const { id } of open.filter(() => random() < 0.01)) {
      done.stopped += 1;
      await flow.stop(id);
    }
    for (const request of open.filter(() => random() < 0.15)) await decideRandomly(flow, request, random);
    await membersHaveRequests(flow);
  }
  return done;
}

/** Makes a request that is held, by commands, and whose hold ends in time. */
export async function holdAlone(flow: Flow, person: string): Promise<void> {
  const id = await flow.ask(person, { duration: "10m", reason: leftAlone });
  await flow.until(15, async () => wereAsked(await flow.read(id)));
  await flow.decide(alex, id, "approve");
  await flow.until(15, async () => (await flow.read(id)).status === "held");
}

const wereAsked = ({ messages }: AccessRequest) => messages.some(({ kind }) => kind === "asked");

/** A person whose request fails sees an error, and the request may be recorded. A person whose form does not open takes the command. */
async function askRandomly(flow: Flow, random: Random): Promise<void> {
  const person = oneOf([robin, sam, kim], random());
  const asked = randomRequest(random);
  const sendings = random() < 0.2 ? 2 : 1;
  const isInSlack = random() < 0.5;
  if (isInSlack && (await flow.slack.ask(person, { ...asked, sendings })) !== undefined) return;
  await flow.ask(person, asked).catch(() => undefined);
}

function randomRequest(random: Random) {
  const duration = oneOf(["10m", "30m"], random());
  if (random() < 0.2) return { duration, route: "break-glass" };
  return { duration, target: oneOf(["prod-admins", "prod-admins-two"], random()) };
}

/** A person decides; some click twice, at the same time. */
async function decideRandomly(flow: Flow, request: AccessRequest, random: Random): Promise<void> {
  const person = oneOf([alex, alex, sam, kim, robin], random());
  const decision = oneOf(["approve", "approve", "approve", "approve", "deny", "withdraw", "end"], random());
  if (random() < 0.5) return clickRandomly(flow, request, { person, decision }, random);
  const calls = Array.from({ length: random() < 0.2 ? 2 : 1 });
  await Promise.all(calls.map(() => flow.decide(person, request.id, decision)));
}

export async function allRequests({ store, read }: Flow): Promise<AccessRequest[]> {
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
