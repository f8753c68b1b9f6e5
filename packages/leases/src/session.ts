import {
  type Access,
  type Change,
  type Changed,
  type Invocation,
  type Reading,
  SymError,
  type TargetSystem,
  timed,
} from "@sym/lambda-core";
import { type Attempt, attempt } from "./attempt.ts";
import { kinds, vanished } from "./failures.ts";
import type { Lease } from "./lease.ts";
import { clockSkewMs, mayBeStale, type Rules } from "./states.ts";
import type { Clock, LeaseStore, Written } from "./store.ts";
import { dropUnopened, type Holder, isLocked, write } from "./transitions.ts";

/** The dependencies of leased access. `graceMs`: a run without a deescalate is an orphan this long after its end. */
export type LeaseDeps<A extends Access> = {
  name: string;
  system: TargetSystem<A>;
  store: LeaseStore;
  clock: Clock;
  graceMs: number;
};

/** The stored lease, and the target's state read while no other invocation held the lock (or the error of that read). */
export type Look<A extends Access> = {
  lease: Lease<A> | undefined;
  found: Attempt<Reading<A>>;
  /** When the read of `found` began, in milliseconds since the epoch. */
  at: number;
};

/** The steps of an invocation over its leases. Lambda may cut off each step at any point. */
export type Session<A extends Access> = ReturnType<typeof startSession<A>>;

/** The entity that no longer exists, so that the end has nothing to restore. */
export type Gone = "no-subject" | "no-resource";

const lockPollMs = 200;
/** The wait for a lock ends this long before the deadline, so that the invocation has time to act. */
const timeToActMs = 3_000;
const writeTries = 3;

export function startSession<A extends Access>(
  { system, store, clock, graceMs }: LeaseDeps<A>,
  invocation: Invocation,
) {
  const { budget } = invocation;
  const rules: Rules = { satisfies: system.satisfies, staleReadMs: system.staleReadMs ?? 0 };
  let written = 0;
  const holder = (): Holder => ({
    owner: invocation.id,
    deadline: budget.deadline,
    now: clock.now(),
    graceMs,
    writes: () => ++written,
  });
  // A rollback of a request may use the time that is reserved for records.
  const recording: Invocation = invocation.request
    ? { ...invocation, budget: { ...budget, signal: budget.recordSignal } }
    : invocation;

  /** Reads the lease and the target system in parallel, and the target system again if the reading may be older than the lease. */
  async function look(key: string, access: A): Promise<Look<A>> {
    const at = clock.now();
    const [lease, found] = await Promise.all([store.read(key), attempt(read(access))]);
    return reconcile({ lease: lease as Lease<A> | undefined, found, at }, access);
  }

  /** The given reading if the given version of the lease is older; otherwise a new reading. */
  async function reconcile({ lease: stored, found, at }: Look<A>, access: A): Promise<Look<A>> {
    const lease = stored && (await withoutUnopened(stored));
    // A change that ended just before the read of the lease may have come after the reading.
    if (lease === undefined || lease.touchedAt < at - clockSkewMs) return { lease, found, at };
    const again = clock.now();
    return { lease, found: await attempt(read(access)), at: again };
  }

  /**
   * The lease without the intents of dead invocations whose runs were never opened for this lease: these invocations have set
   * no state. With their intents, a grant by others would count as ours. Keeps the version of the stored lease.
   */
  async function withoutUnopened(lease: Lease<A>): Promise<Lease<A>> {
    const { now } = holder();
    const dead = [...lease.runs].filter(
      ([, { state, intent }]) => state !== "open" && intent && intent.until <= now,
    );
    const runs = await Promise.all(dead.map(([runId]) => store.readRun(runId)));
    const unopened = dead.flatMap(([runId], index) => (runs[index]?.opened?.key === lease.key ? [] : runId));
    return unopened.length > 0 ? dropUnopened(lease, unopened, lease, { now }) : lease;
  }

  async function read(access: A, within = invocation): Promise<Reading<A>> {
    const reading = await timed(within, "read", () => system.read(access, within));
    within.about(reading.access);
    return reading;
  }

  function set(reading: Reading<A>, change: Change, within = recording): Promise<Changed> {
    return timed(within, "set", () => system.set(reading, change, within));
  }

  async function release(reading: Reading<A>): Promise<void> {
    if (system.release) await timed(recording, "release", async () => system.release?.(reading, recording));
  }

  /**
   * Reads the target system while this invocation holds the lock. `found` has an error only if the subject or the resource no
   * longer exists; other errors are thrown. `lease` is the version before the lock.
   */
  async function lookAt(lease: Lease<A>): Promise<Look<A>> {
    const at = clock.now();
    const found = await attempt(read(lease.access, recording));
    if (found.error && !goneBy(found.error, lease, at)) throw found.error;
    return { lease, found, at };
  }

  /**
   * The entity that no longer exists, so that the end has nothing to restore; undefined if the absence is not certain. Within
   * the eventual-consistency window after our own change, a missing resource may be a stale read.
   */
  function goneBy(error: unknown, lease: Lease, at: number): Gone | undefined {
    if (!(error instanceof SymError)) return undefined;
    if (error.reason === "no-subject") return error.reason;
    if (error.reason !== "no-resource" || mayBeStale(lease, at, rules.staleReadMs)) return undefined;
    return error.reason;
  }

  /** Writes a lease's next version. If another invocation wrote first, returns its version. */
  async function save(lease: Lease): Promise<Written> {
    for (let tries = 1; ; tries += 1) {
      const { value: result, error } = await attempt(store.write(lease));
      if (result?.won) return result;
      if (error && tries === writeTries) throw error;
      // Another write won, or the answer was lost: the stored version may even be this write.
      const current = result ? result.current : await store.read(lease.key);
      if (current?.version === lease.version && current.writeId === lease.writeId) return { won: true };
      const unchanged = (current?.version ?? 0) === lease.version - 1;
      if (!unchanged) return { won: false, current };
    }
  }

  /** Applies a change to the latest version and returns the result. Skips the write if the change returns its argument. */
  async function update(lease: Lease<A>, change: (lease: Lease<A>) => Lease<A>): Promise<Lease<A>> {
    for (let latest = lease; ; ) {
      const changed = change(latest);
      if (changed === latest) return latest;
      const next = write(changed, holder());
      const result = await save(next);
      if (result.won) return next;
      if (result.current === undefined) throw vanished(lease.access);
      latest = result.current as Lease<A>;
    }
  }

  /** Whether this invocation holds the lock. */
  function holds({ lock }: Lease): boolean {
    return lock?.owner === invocation.id;
  }

  /** Closes a run whose end the lease records. After a failure, the sweep checks the run once more. */
  async function closeRun(runId: string, key: string): Promise<void> {
    const closed = await attempt(store.closeRun(runId, clock.now(), key));
    if (closed.value?.was === "opened") await attempt(store.forgetRun(runId));
  }

  /** Waits until no other invocation holds the lock. Throws when the deadline is near. */
  async function wait(key: string): Promise<void> {
    for (;;) {
      if (budget.signal.aborted || clock.now() + lockPollMs > budget.deadline - timeToActMs) throw busy();
      await clock.sleep(lockPollMs);
      const lease = await store.read(key);
      if (!lease || !isLocked(lease, holder())) return;
    }
  }

  return {
    rules,
    holder,
    holds,
    look,
    reconcile,
    lookAt,
    goneBy,
    set,
    release,
    save,
    update,
    closeRun,
    wait,
    releases: system.release !== undefined,
    /** Aborts the rollback of a request. */
    signal: recording.budget.signal,
    store,
  };
}

function busy(): SymError {
  return new SymError("Another change of the same access did not finish in time; try again in a minute", {
    reason: "unavailable",
    kind: kinds.busy,
  });
}
