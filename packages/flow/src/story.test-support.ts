// Plays the story of one request: people, engine, watchman, handler, and what goes wrong.
import { expect, vi } from "vitest";
import type { PersonsDecision } from "./decide.ts";
import { askFor, type DoorDeps, decideOn } from "./door.ts";
import { createEngine } from "./engine.test-support.ts";
import { asked, start, uuid } from "./flow.test-support.ts";
import { memoryStore } from "./memory-store.ts";
import type { AccessRequest, Asked, Message, Status } from "./request.ts";
import type { TargetRules } from "./rules.ts";
import { watch } from "./watchman.ts";
import { type Call, createGroup, createWorld, type Fault, type Weather } from "./world.test-support.ts";

const minuteMs = 60_000;
const watchEveryMs = 5 * minuteMs;

export type Story = {
  name: string;
  /** The final status without any fault. */
  ends: Status;
  asks?: Partial<Asked>;
  /** The decisions, and the minutes after the start. */
  decisions?: [minutes: number, decision: PersonsDecision][];
  /** The rules at a number of minutes after the start. */
  rules(minutes: number): TargetRules | undefined;
  weather?(type: string, minutes: number): Weather;
};

export type Ending = {
  request: AccessRequest | undefined;
  told: Message[];
  calls: number;
  members: string[];
};

/** Plays a story, and checks at every moment that no access is without a true status. */
export async function play(story: Story, faults = new Map<number, Fault>()): Promise<Ending> {
  vi.useFakeTimers({ now: start, toFake: ["Date", "setTimeout", "clearTimeout"] });
  const minutes = () => (Date.now() - start) / minuteMs;
  const lastDecision = Math.max(0, ...(story.decisions ?? []).map(([after]) => after));
  const store = memoryStore();
  let latest: AccessRequest | undefined;
  const told: Message[] = [];
  const id = `flow-${uuid}`;
  const group = createGroup((type) => story.weather?.(type, minutes()) ?? "fair");
  const world = createWorld(faults, () => mustBeTrue(latest, group.members));
  const engine = createEngine(world, depsFor);

  async function write(request: AccessRequest) {
    const written = await store.write(request);
    if (written.won) latest = request;
    return written;
  }

  function depsFor(call: Call): DoorDeps {
    return {
      store: {
        read: (one) => call("read", () => store.read(one)),
        write: (request) => call("write", () => write(request)),
        ids: (query) => call("ids", () => store.ids(query)),
      },
      clock: { now: () => Date.now() },
      rulesOf: (target) =>
        call("rulesOf", async () => (target === "prod-admins" ? story.rules(minutes()) : undefined)),
      invoke: (functionArn, payload) => call("invoke", () => group.invoke(functionArn, payload)),
      wake: (token) => call("wake", () => engine.wake(token)),
      outlets: {
        tell: {
          topic: (message) =>
            call("tell", async () => {
              told.push(structuredClone(message));
              return {};
            }),
        },
      },
      start: (one) => call("start", () => engine.start(one)),
    };
  }

  async function watchRound(): Promise<void> {
    const executions = (call: Call) => ({
      status: (one: string) => call("status", () => engine.status(one)),
    });
    await world.run((call) => watch({ ...depsFor(call), executions: executions(call) }));
    const isOpen = (await store.ids({ open: true, limit: 1 })).length > 0;
    if (isOpen || minutes() < lastDecision + 60) world.at(Date.now() + watchEveryMs, watchRound);
  }

  /** A person whose door fails tries again. */
  async function personDecides(decision: PersonsDecision): Promise<void> {
    const isDone = await world.run(async (call) => decideOn(depsFor(call), id, decision));
    if (!isDone && (await store.read(id))) world.at(Date.now() + minuteMs, () => personDecides(decision));
  }

  world.at(
    start,
    async () => void (await world.run((call) => askFor(depsFor(call), { ...asked, ...story.asks }, uuid))),
  );
  for (const [after, decision] of story.decisions ?? [])
    world.at(start + after * minuteMs, () => personDecides(decision));
  world.at(start + watchEveryMs, watchRound);
  await world.play(start + 72 * 60 * minuteMs);
  vi.useRealTimers();
  return { request: await store.read(id), told, calls: world.calls(), members: [...group.members] };
}

/** The statuses in which the requester may have the access. */
const possible: Status[] = ["granting", "held", "ending", "failed"];

function mustBeTrue(request: AccessRequest | undefined, members: ReadonlySet<string>): void {
  const hasAccess = members.size > 0;
  if (hasAccess) expect(possible).toContain(request?.status);
  if (hasAccess) expect(request?.times.approved).not.toBeNull();
  if (request?.status !== "held") return;
  expect(hasAccess).toBe(true);
  // The watchman ends a hold five minutes after its time, and runs every five minutes.
  expect(Date.now()).toBeLessThanOrEqual((request.times.holdUntil ?? 0) + 2 * watchEveryMs);
}

/** The request is over; the requester has no access unless the status says so; everybody was told everything. */
export function mustBeOver({ request, told, members }: Ending): void {
  if (request?.status !== "failed") expect(members).toEqual([]);
  if (request === undefined) return;
  expect(request.times.over, request.status).not.toBeNull();
  expect(request.waiting).toBeNull();
  for (const { kind, text } of request.messages)
    expect(told).toContainEqual(expect.objectContaining({ kind, text }));
  expect(request.messages.filter(({ told: when }) => typeof when !== "number")).toEqual([]);
}

/** Without a fault, a decision has its effect within a minute, long before the watchman. */
export function mustBePrompt({ request }: Ending): void {
  if (request === undefined || request.times.held === null) return;
  const { approved, granting, holdUntil, ending } = request.times;
  expect(Number(granting) - Number(approved)).toBeLessThan(minuteMs);
  const end = request.decisions.find(({ what }) => what === "end")?.at ?? Number(holdUntil);
  if (request.status === "ended" && request.attempts.deescalate === 0)
    expect(Number(ending) - Math.min(end, Number(holdUntil))).toBeLessThan(minuteMs);
}
