// What an action waits for, one after the other, with a target system and requests to try it on.
import type { Access, Invocation, SymRequest, TargetSystem } from "@sym/lambda-core";
import type { LeaseStore } from "../src/store.ts";

export type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** A step that begins after another has ended is in a later round than it. */
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
    openRun: (runId, access) => step("openRun", () => store.openRun(runId, access)),
    closeRun: (runId, now) => step("closeRun", () => store.closeRun(runId, now)),
    forgetRun: (runId) => step("forgetRun", () => store.forgetRun(runId)),
    read: (key) => step("read lease", () => store.read(key)),
    write: (lease) => step("write", () => store.write(lease)),
    due: (now, limit) => step("due", () => store.due(now, limit)),
  };
}

export function targetSystem(step: Step, members = new Set<string>()): TargetSystem<Access> {
  return {
    absent: "absent",
    staleReadMs: 0,
    resolve: async ({ requester }) => accessOf(requester),
    read: (access) =>
      step("read system", async () => {
        const sufficient = members.has(access.subject);
        return { state: sufficient ? "member" : "absent", sufficient, access };
      }),
    grant: ({ subject }) =>
      step("grant", async () => {
        members.add(subject);
        return {};
      }),
    restore: ({ subject }) =>
      step("restore", async () => {
        members.delete(subject);
        return {};
      }),
  };
}

export function accessOf(person: string): Access {
  const names = { subject: person, resource: "the group" };
  return { subject: person, resource: "group", names, granted: ["member"] };
}

export function request(type: SymRequest["type"], requester: string): SymRequest {
  const target = { name: "group", label: undefined, settings: {} };
  return { type, runId: `run-of-${requester}`, requester, target, duration: 1_800, fields: {} };
}

/** `asked` is absent in a sweep. */
export function invocation(now: number, asked?: SymRequest): Invocation {
  const { signal } = new AbortController();
  const expired = new Promise<never>(() => undefined);
  const budget = { deadline: now + 30_000, signal, recordSignal: signal, expired, end: () => undefined };
  return {
    requestId: crypto.randomUUID(),
    functionArn: "",
    ...(asked && { request: asked }),
    budget,
    log: () => undefined,
  };
}
