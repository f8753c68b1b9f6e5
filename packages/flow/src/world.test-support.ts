// A world without a real clock: a real handler with leases over a group in memory, and calls that go wrong.
import { absent, createHandler, ranked, type TargetSystem } from "@sym/lambda-core";
import { leasedAccess, memoryStore as memoryLeases } from "@sym/leases";
import { vi } from "vitest";
import { personOf } from "./person.ts";

/**
 * What goes wrong at a call. The process dies before the call, after the call, or before an invocation that Lambda carries out
 * later. Or the process lives on, and the call fails, or its answer is lost. Or the execution is aborted.
 */
export type Fault = "before" | "after" | "late" | "fails" | "lost" | "abort";

/** How late a `late` invocation is carried out: after the watchman. */
const lateMs = 11 * 60_000;

/** More calls than any story needs. */
const mostCalls = 20_000;

type Event = { at: number; act(): Promise<void> };

/** The events of the world in the order of their time. `check` runs after each event and each call. */
export function createWorld(faults: ReadonlyMap<number, Fault>, check: () => void) {
  const events: Event[] = [];
  let calls = 0;
  let abort = () => {};

  function at(time: number, act: Event["act"]): void {
    events.push({ at: time, act });
  }

  /** Runs a function as a process of its own. False if the process died, or threw the error of a call. */
  async function run(work: (call: Call) => Promise<unknown>): Promise<boolean> {
    let isDead = false;
    const die = (): never => {
      isDead = true;
      throw new Error("The process is dead");
    };
    const call: Call = async (name, act) => {
      if (isDead) return die();
      calls += 1;
      if (calls > mostCalls) throw new Error(`The story does not end within ${mostCalls} calls`);
      const done = async () => {
        const result = await act();
        check();
        return result;
      };
      switch (faults.get(calls)) {
        case "before":
          return die();
        case "after":
          await done();
          return die();
        case "late":
          if (name === "invoke")
            at(Date.now() + lateMs, async () => void (await act().catch(() => undefined)));
          return die();
        case "fails":
          throw new Unavailable();
        case "lost":
          await done();
          throw new Unavailable();
        case "abort":
          abort();
          return done();
        default:
          return done();
      }
    };
    try {
      await work(call);
    } catch (error) {
      if (!isDead && !(error instanceof Unavailable)) throw error;
      return false;
    }
    return !isDead;
  }

  /** Plays all events until `end`. */
  async function play(end: number): Promise<void> {
    for (;;) {
      events.sort((a, b) => a.at - b.at);
      const event = events.shift();
      if (event === undefined || event.at > end) return;
      vi.setSystemTime(Math.max(event.at, Date.now()));
      await event.act();
      check();
    }
  }

  return {
    ...{ at, run, play },
    calls: () => calls,
    onAbort(act: () => void) {
      abort = act;
    },
  };
}

export type World = ReturnType<typeof createWorld>;

/** Makes a call that can go wrong. */
export type Call = <T>(name: string, act: () => Promise<T>) => Promise<T>;

/** The error of a call without an answer. */
class Unavailable extends Error {}

/** What the handler and its group do: `deaf` does not answer, and `down` answers with an error. */
export type Weather = "fair" | "deaf" | "down" | "standing";

/** A handler for one group, with leases. `weather` depends on the time and on the event's type. */
export function createGroup(weather: (type: string) => Weather) {
  const members = new Set<string>();
  let type = "";
  const system: TargetSystem<ReturnType<typeof accessOf>> = {
    satisfies: ranked(absent, "member"),
    find: async ({ requester }) => {
      const access = accessOf(requester);
      return { access, state: stateOf(access.subject), effect: "by-state", wanted: "member" };
    },
    read: async (access) => ({ access, state: stateOf(access.subject), effect: "by-state" }),
    async set({ access }, { state }) {
      if (weather(type) === "down") throw new Error("The group is down");
      if (state === absent) members.delete(access.subject);
      else members.add(access.subject);
      return {};
    },
  };
  const stateOf = (subject: string) =>
    members.has(subject) || weather(type) === "standing" ? "member" : absent;
  // An invocation that waits for the lock of another makes the time pass.
  const clock = {
    now: () => Date.now(),
    sleep: async (duration: number) => void vi.setSystemTime(Date.now() + duration),
  };
  const store = memoryLeases();
  const actions = leasedAccess("example", system, { store, clock, graceMs: 9e12, expired: "end" });
  const handler = createHandler("example", () => actions);
  return {
    members,
    async invoke(functionArn: string, payload: Record<string, unknown>): Promise<unknown> {
      type = (payload["event"] as { type: string }).type;
      if (weather(type) === "deaf") throw new Unavailable();
      const context = {
        ...{ awsRequestId: "request-1", invokedFunctionArn: functionArn },
        getRemainingTimeInMillis: () => 30_000,
      };
      return JSON.parse(JSON.stringify(await handler(JSON.parse(JSON.stringify(payload)), context)));
    },
  };
}

/** The ids of an access have no e-mail. */
function accessOf(email: string) {
  const [subject = ""] = (personOf(email) ?? "").split("@");
  return {
    host: "h",
    resource: "group",
    subject,
    names: { subject: `user ${subject}`, resource: "the group" },
  };
}
