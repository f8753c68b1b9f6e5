import { type Invocation, type Reading, SymError, type TargetSystem } from "@sym/lambda-core";
import { leasedAccess } from "@sym/leases/leased-access";
import type { Clock, LeaseStore } from "@sym/leases/store";
import { derived, happens } from "./chance.ts";
import { checkOurChange, type OurChange } from "./promises.ts";
import { isSufficient, type Level, rank, type SimAccess } from "./target.ts";
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
  const isSlow = happens(derived(world.step.extra, 11), world.plan.slowness);
  return new Promise((resolve, reject) => {
    const answer = { resolve: resolve as Operation["resolve"], reject, applied: undefined };
    world.pending.push({ by, name, detail, effect, signal, readyAt, isSlow, ...answer });
  });
}

function storePort(world: World, by: Invoked): LeaseStore {
  const { store } = world;
  const run = <T>(name: string, detail: string, effect: () => Promise<T>) =>
    call(world, by, { name, detail, effect });
  return {
    openRun: (runId, access) => run("open run", runId, () => store.openRun(runId, access)),
    closeRun: (runId, now) => run("close run", runId, () => store.closeRun(runId, now)),
    forgetRun: (runId) => run("forget run", runId, () => store.forgetRun(runId)),
    read: (key) =>
      run("read lease", "", () => {
        const { lock, dueAt } = store.leases.get(key) ?? {};
        if (by.type === "sweep" && lock && lock.until > world.now && dueAt && dueAt <= world.now)
          world.coverage["sweep met a locked lease"] += 1;
        return store.read(key);
      }),
    write: (lease) => run("write lease", `v${lease.version}`, () => write(world, by, lease)),
    due: (now, limit) => run("list due", "", () => store.due(now, limit)),
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
  if (isWritten && before?.lock && lease.lock && lease.lock.owner !== before.lock.owner)
    world.coverage["lock of a dead invocation taken over"] += 1;
  if (world.plan.finds && by.type === "escalate" && lease.version === 1)
    world.coverage[
      isWritten
        ? "intent recorded without reading the lease"
        : "lease met by an intent that was to be the first"
    ] += 1;
  return result;
}

type Prepared = { state: Level; tick: number };

function targetPort(world: World, by: Invoked): TargetSystem<SimAccess, Prepared> {
  const { target, plan } = world;
  const look = (name: string, access: SimAccess, { budget }: Invocation): Promise<Reading<SimAccess>> => {
    // A reading that nobody waits for any more can still come in after a later one.
    const number = ++by.reads;
    return call(world, by, {
      name,
      effect: () => {
        world.tick += 1;
        if (number === by.reads) by.sawAt = world.tick;
        const state = target.seen(access.subject, world.now, world.step.extra);
        if (state !== target.state(access.subject)) world.coverage["old reading"] += 1;
        if (target.isDeleted(access.subject)) return undefined;
        return { state, sufficient: isSufficient(state), access };
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
    absent: "absent",
    staleReadMs: plan.staleReadMs,
    resolve: ({ requester }, { budget }) =>
      call(world, by, { name: "resolve", effect: () => accessOf(requester), signal: signalOf(budget) }),
    ...(plan.finds && {
      find: ({ requester }, invocation) => look("find", accessOf(requester), invocation),
    }),
    read: (access, invocation) => look("read", access, invocation),
    prepare: (access, change, { budget }) =>
      call(world, by, {
        name: "prepare",
        detail: change,
        effect: () => {
          world.coverage["looked while the intent was recorded"] += 1;
          world.tick += 1;
          return { state: target.seen(access.subject, world.now, world.step.extra), tick: world.tick };
        },
        signal: signalOf(budget),
      }),
    grant: (access, { budget }, prepared) => {
      const sawAt = by.sawAt;
      by.sawAt = ++world.tick;
      const effect = () => {
        if (target.isDeleted(access.subject)) return undefined;
        by.hasGranted = true;
        const before = target.state(access.subject);
        // As handlers do: more than what is asked for is left, if it was seen; all else is made just that.
        if (prepared && rank(prepared.state) > rank("member")) by.sawAt = prepared.tick;
        else if (prepared ? before !== "member" : !isSufficient(before))
          change(world, by, { subject: access.subject, kind: "grant", before, after: "member", sawAt });
        return {};
      };
      return call(world, by, { name: "grant", effect, signal: signalOf(budget) }).then(unlessDeleted);
    },
    restore: (access, state, { budget }) => {
      const sawAt = by.sawAt;
      by.sawAt = ++world.tick;
      const effect = () => {
        if (target.isDeleted(access.subject)) return undefined;
        const before = target.state(access.subject);
        if (before !== state)
          change(world, by, {
            subject: access.subject,
            kind: "restore",
            before,
            after: state as Level,
            sawAt,
          });
        return {};
      };
      if (by.type === "escalate") world.coverage["escalate took back its own grant"] += 1;
      return call(world, by, { name: "restore", detail: state, effect, signal: signalOf(budget) }).then(
        unlessDeleted,
      );
    },
  };
}

function accessOf(subject: string): SimAccess {
  const names = { subject, resource: "prod" };
  return { subject, resource: "prod", id: `${subject}-prod`, names, granted: ["member"] };
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
  return {
    requestId: by.id,
    functionArn: "arn:aws:lambda:eu-central-1:123456789012:function:sim",
    budget: {
      deadline: by.deadline + by.skew,
      signal: by.work as AbortSignal,
      recordSignal: by.record as AbortSignal,
      expired: new Promise<never>(() => undefined),
      end: () => undefined,
    },
    log: (step) => {
      if (step === "orphan") world.coverage["run past its time swept"] += 1;
    },
  };
}
