// Counts the rounds of an action, and has a target system and requests for the measurements. The steps of a round run in
// parallel.
import {
  type Access,
  absent,
  type Invocation,
  ranked,
  type SymRequest,
  type TargetSystem,
} from "@sym/lambda-core";
import type { LeaseStore } from "../src/store.ts";

export type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Puts a step that begins after another step's end in a later round than the other step. */
export function countRounds() {
  let rounds: string[][] = [];
  let ended = 0;
  const step: Step = async (name, work) => {
    const round = ended;
    rounds[round] = [...(rounds[round] ?? []), name];
    const result = await work();
    ended = Math.max(ended, round + 1);
    return result;
  };
  const reset = () => {
    rounds = [];
    ended = 0;
  };
  return { step, reset, all: () => [...rounds] };
}

export function traced(store: LeaseStore, step: Step): LeaseStore {
  return {
    openRun: (run, dueAt) => step("openRun", () => store.openRun(run, dueAt)),
    closeRun: (runId, now, key) => step("closeRun", () => store.closeRun(runId, now, key)),
    leaveToLease: (runId) => step("leaveToLease", () => store.leaveToLease(runId)),
    forgetRun: (runId) => step("forgetRun", () => store.forgetRun(runId)),
    readRun: (runId) => step("readRun", () => store.readRun(runId)),
    read: (key) => step("read lease", () => store.read(key)),
    write: (lease) => step("write", () => store.write(lease)),
    due: (now, limit) => step("due", () => store.due(now, limit)),
    later: (now) => store.later(now),
    postpone: (item, dueAt, now) => step("postpone", () => store.postpone(item, dueAt, now)),
  };
}

export function targetSystem(step: Step, members = new Set<string>()): TargetSystem<Access> {
  const seen = (name: string, access: Access) =>
    step(name, async () => {
      const state = members.has(access.subject) ? "member" : absent;
      return { access, state, effect: "by-state" as const };
    });
  return {
    satisfies: ranked(absent, "member"),
    find: async ({ requester }) => ({ ...(await seen("find", accessOf(requester))), wanted: "member" }),
    read: (access) => seen("read system", access),
    set: ({ access: { subject } }, { state }) =>
      step("set", async () => {
        if (state === absent) members.delete(subject);
        else members.add(subject);
        return {};
      }),
  };
}

export function accessOf(person: string): Access {
  const names = { subject: person, resource: "the group" };
  return { host: "example.com", subject: person, resource: "group", names };
}

export function request(type: SymRequest["type"], requester: string): SymRequest {
  const target = { name: "group", label: undefined, settings: {} };
  return { type, runId: `run-of-${requester}`, requester, target, duration: 1_800, fields: {} };
}

/** `asked` is the request of Sym; undefined in a sweep. */
export function invocation(now: number, asked?: SymRequest): Invocation {
  const { signal } = new AbortController();
  const expired = new Promise<never>(() => undefined);
  const budget: Invocation["budget"] = {
    ...{ deadline: now + 30_000, signal, recordSignal: signal, expired, end: () => undefined },
    part: () => budget,
  };
  return {
    id: crypto.randomUUID(),
    requestId: crypto.randomUUID(),
    functionArn: "",
    ...(asked && { request: asked }),
    budget,
    log: () => undefined,
    about: () => undefined,
  };
}
