import { type Found, type Invocation, type Reading, SymError, type TargetSystem } from "@sym/lambda-core";
import { leasedAccess } from "@sym/leases/leased-access";
import type { Clock, LeaseStore } from "@sym/leases/store";
import { subjectBook } from "./books.ts";
import { derived, happens } from "./chance.ts";
import { brokenKey, checkOurChange, type OurChange } from "./promises.ts";
import type { SimAccess } from "./target.ts";
import type { Invoked, Operation, Signal, World } from "./world.ts";

const systemName = "sim";

/** The production code with every way out of it in the scheduler's hands. */
export function actionsFor(world: World, by: Invoked) {
  return leasedAccess(systemName, targetPort(world, by), {
    store: storePort(world, by),
    clock: clockPort(world, by),
    graceMs: world.plan.graceMs,
    expired: world.plan.expired,
  });
}

type PendingCall<T> = {
  name: string;
  detail?: string;
  effect: () => T | Promise<T>;
  signal?: Signal;
  readyAt?: number;
};

function call<T>(
  world: World,
  by: Invoked,
  { name, detail = "", effect, signal, readyAt = 0 }: PendingCall<T>,
): Promise<T> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  const { step, plan } = world;
  const isSlow = happens(derived(step.extra, 11), plan.slowness);
  const hangs = signal !== undefined && !world.calm && happens(derived(step.extra, 19), plan.hangs);
  if (hangs) world.coverage["a call that was never answered"] += 1;
  return new Promise((resolve, reject) => {
    const answer = { resolve: resolve as Operation["resolve"], reject, applied: undefined };
    world.pending.push({ by, name, detail, effect, signal, readyAt, isSlow, hangs, ...answer });
  });
}

function storePort(world: World, by: Invoked): LeaseStore {
  const { store, plan } = world;
  const run = <T>(name: string, detail: string, effect: () => Promise<T>) =>
    call(world, by, { name, detail, effect });
  return {
    openRun: (opened, dueAt) => run("open run", opened.id, () => store.openRun(opened, dueAt)),
    closeRun: (runId, now, key) => run("close run", runId, () => store.closeRun(runId, now, key)),
    leaveToLease: (runId) => run("leave to lease", runId, () => store.leaveToLease(runId)),
    forgetRun: (runId) => run("forget run", runId, () => store.forgetRun(runId)),
    readRun: (runId) => run("read run", runId, () => store.readRun(runId)),
    read: (key) =>
      run("read lease", "", () => store.read(key)).then((lease) => {
        if (key === brokenKey) throw new SymError("The record makes no sense", { reason: "unavailable" });
        return lease;
      }),
    write: (lease) => run("write lease", `v${lease.version}`, () => write(world, by, lease)),
    due: (now, limit) =>
      run("list due", "", async () => [
        ...(plan.hasBrokenRecord ? [{ lease: brokenKey, host: "sim.example.com" }] : []),
        ...(await store.due(now, limit)),
      ]),
    postpone: (item, dueAt) => run("postpone", "", () => store.postpone(item, dueAt)),
  };
}

function write(
  world: World,
  by: Invoked,
  lease: Parameters<LeaseStore["write"]>[0],
): ReturnType<LeaseStore["write"]> {
  const before = world.store.leases.get(lease.key);
  const result = world.store.write(lease);
  const isWritten = world.store.leases.get(lease.key)?.writeId === lease.writeId;
  const book = subjectBook(world.books, lease.access.subject);
  // Other writes, such as a tombstone, say nothing of what was seen.
  const isDecision = lease.lock?.owner.startsWith(by.id) || lease.runs.size < (before?.runs.size ?? 0);
  if (isWritten && isDecision) book.notedAt = Math.max(book.notedAt, by.lookedAt);
  if (isWritten && before?.lock && lease.lock && lease.lock.owner !== before.lock.owner)
    world.coverage["lock of a dead invocation taken over"] += 1;
  if (by.type === "escalate" && lease.version === 1)
    world.coverage[
      isWritten
        ? "intent recorded without reading the lease"
        : "lease met by an intent that was to be the first"
    ] += 1;
  return result;
}

function targetPort(world: World, by: Invoked): TargetSystem<SimAccess> {
  const { target, plan } = world;
  const look = (name: string, access: SimAccess, { budget }: Invocation): Promise<Reading<SimAccess>> => {
    // A reading that nobody waits for any more can still come in after a later one.
    const number = ++by.reads;
    const { isOwner } = subjectBook(world.books, access.subject).subject;
    return call(world, by, {
      name,
      effect: () => {
        world.tick += 1;
        if (number === by.reads) by.sawAt = world.tick;
        by.lookedAt = world.tick;
        const state = target.seen(access.subject, world.now, world.step.extra);
        if (state !== target.state(access.subject)) world.coverage["old reading"] += 1;
        if (target.isDeleted(access.subject)) return undefined;
        return { state, effect: isOwner ? ("anyway" as const) : ("by-state" as const), access };
      },
      signal: signalOf(budget),
    })
      .catch((error: unknown) => {
        if (number === by.reads) by.sawAt = 0;
        throw error;
      })
      .then(unlessDeleted);
  };
  return {
    satisfies: plan.kind.satisfies,
    staleReadMs: plan.staleReadMs,
    find: async ({ requester, target: { settings } }, invocation): Promise<Found<SimAccess>> => ({
      ...(await look("find", accessOf(requester), invocation)),
      wanted: settings["wanted"] ?? "",
    }),
    read: (access, invocation) => look("read", access, invocation),
    set: ({ access }, { state, until, afterwards }, { budget }) => {
      const { subject } = access;
      const sawAt = by.sawAt;
      by.sawAt = ++world.tick;
      const kind = by.type === "escalate" && ++by.sets === 1 ? "grant" : "restore";
      if (by.type === "escalate" && kind === "restore")
        world.coverage["escalate took back its own grant"] += 1;
      const effect = () => {
        if (target.isDeleted(subject)) return undefined;
        if (kind === "grant") by.hasGranted = true;
        const before = target.state(subject);
        if (before !== state) change(world, by, { subject, kind, before, after: state, sawAt });
        if (plan.hasTimer) schedule(world, subject, { state, until, afterwards });
        return {};
      };
      return call(world, by, { name: kind, detail: state, effect, signal: signalOf(budget) }).then(
        unlessDeleted,
      );
    },
    ...(plan.hasTimer && {
      release: ({ access }, { budget }) =>
        call(world, by, {
          name: "release",
          effect: () => void target.timers.delete(access.subject),
          signal: signalOf(budget),
        }),
    }),
  };
}

/** A little after the time that was approved, so that the function is normally first. */
function schedule(
  { target, plan }: World,
  subject: string,
  { state, until, afterwards }: { state: string; until: number | null; afterwards: string },
): void {
  if (until === null || state === afterwards) target.timers.delete(subject);
  else target.timers.set(subject, { at: until + plan.graceMs, state, afterwards });
}

/** The target system gives ids: however a name is spelled, and whatever it is by now, it is one subject. */
function accessOf(spelling: string): SimAccess {
  const subject = spelling.toLowerCase();
  const names = { subject: spelling, resource: "prod" };
  return { host: "sim.example.com", subject, resource: "prod", names };
}

/** What the target system says of a thing that is not there is `undefined` here, so that its answer can come late. */
function unlessDeleted<T>(answer: T | undefined): T {
  if (answer !== undefined) return answer;
  throw new SymError("prod does not exist", { reason: "no-resource" });
}

function change(world: World, by: Invoked, made: OurChange): void {
  world.target.set(made.subject, made.after, world.now);
  checkOurChange(world, by, made);
}

function clockPort(world: World, by: Invoked): Clock {
  const now = () => world.now + by.skew;
  return {
    now,
    sleep: (duration) =>
      call(world, by, { name: "sleep", effect: () => undefined, readyAt: world.now + duration }),
  };
}

function signalOf({ signal }: Invocation["budget"]): Signal {
  return signal;
}

/** As in lambda-core's budget: what ends when, counted back from the deadline in milliseconds. */
export const ends = [
  { before: 1_500, what: "work" },
  { before: 600, what: "record" },
  { before: 300, what: "answer" },
  { before: 0, what: "life" },
] as const;

export function outOfTime(): SymError {
  return new SymError("The target system did not answer in time; the access may or may not have changed", {
    reason: "unavailable",
  });
}

export function invocationOf(world: World, by: Invoked): Invocation {
  const budget: Invocation["budget"] = {
    deadline: by.deadline + by.skew,
    signal: by.work as AbortSignal,
    recordSignal: by.record as AbortSignal,
    part(milliseconds) {
      const part = {
        signal: { ...by.work },
        at: world.calm ? Number.POSITIVE_INFINITY : world.now + milliseconds,
      };
      by.parts.push(part);
      const end = () => {
        by.parts = by.parts.filter((other) => other !== part);
      };
      return { ...budget, signal: part.signal as AbortSignal, end };
    },
    expired: new Promise<never>(() => undefined),
    end: () => undefined,
  };
  return {
    id: by.id,
    requestId: by.requestId,
    functionArn: "arn:aws:lambda:eu-central-1:123456789012:function:sim",
    budget,
    log: (step) => {
      if (step === "orphan") world.coverage["run past its time swept"] += 1;
    },
  };
}
