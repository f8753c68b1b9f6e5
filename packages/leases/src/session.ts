import { isDeepStrictEqual } from "node:util";
import {
  type Access,
  type Invocation,
  type Reading,
  type Restored,
  SymError,
  type TargetSystem,
  timed,
} from "@sym/lambda-core";
import { type Lease, leaseKey } from "./lease.ts";
import type { Clock, LeaseStore, Written } from "./store.ts";
import {
  clockSkewMs,
  endingOf,
  type Holder,
  isChangedByOthers,
  mayBeStale,
  removeClosedRuns,
  unlock,
  write,
} from "./transitions.ts";

/** What leased access depends on. `graceMs`: a run without a deescalate is an orphan this long after its end. */
export type LeaseDeps<A extends Access> = {
  name: string;
  system: TargetSystem<A>;
  store: LeaseStore;
  clock: Clock;
  graceMs: number;
};

/** The outcome of a promise as a value. */
export type Attempt<T> = { value: T; error?: undefined } | { value?: undefined; error: unknown };

/** The stored lease, and the target's state read while no other invocation held the lock (or the error of that read). */
export type Look<A extends Access> = {
  lease: Lease | undefined;
  found: Attempt<Reading<A>>;
  /** When the read of `found` began. */
  at: number;
};

/** The steps of one invocation over its leases. Each may be cut off at any point. */
export type Session<A extends Access> = ReturnType<typeof startSession<A>>;

/** The entity that no longer exists, so that there is nothing to restore. */
export type Gone = "no-subject" | "no-resource";

/** `restored` is set if the standing state was restored; `untouched` if others had changed the state, so that it stays. */
export type Finished = { restored: Restored | undefined; untouched: boolean };

const lockPollMs = 200;
/** Waiting for a lock ends this long before the deadline, so that there is time to act. */
const timeToActMs = 3_000;
const writeTries = 3;

export function startSession<A extends Access>(
  { name, system, store, clock, graceMs }: LeaseDeps<A>,
  invocation: Invocation,
) {
  const { budget } = invocation;
  let written = 0;
  const holder = (): Holder => ({
    owner: invocation.requestId,
    deadline: budget.deadline,
    now: clock.now(),
    graceMs,
    writes: () => ++written,
  });
  // Restoring and cleaning up may use the time that is reserved for records.
  const recording: Invocation = { ...invocation, budget: { ...budget, signal: budget.recordSignal } };

  /** Reads the lease and the target system in parallel, and the target system again if the two may not belong together. */
  async function look(access: A): Promise<Look<A>> {
    const at = clock.now();
    const [lease, found] = await Promise.all([store.read(leaseKey(name, access)), attempt(read(access))]);
    return reconcile({ lease, found, at }, access);
  }

  /** The given reading if it belongs to the given version of the lease; otherwise a new one. */
  async function reconcile({ lease, found, at }: Look<A>, access: A): Promise<Look<A>> {
    const held = lease !== undefined && Object.keys(lease.runs).length > 0;
    // A change that ended just before the lease was read may have come after the reading.
    const quiet = lease === undefined || lease.touchedAt < at - clockSkewMs;
    const sameIds = !held || isDeepStrictEqual(found.value?.access, lease.access);
    if (quiet && sameIds) return { lease, found, at };
    const again = clock.now();
    return { lease, found: await attempt(read(held ? (lease.access as A) : access)), at: again };
  }

  function read(access: A, within = invocation): Promise<Reading<A>> {
    return timed(invocation, "read", () => system.read(access, within));
  }

  /**
   * Reads the target system while this invocation holds the lock. Undefined if the subject or the resource no longer
   * exists. `lease` is the version before the lock.
   */
  async function lookAt(lease: Lease): Promise<Reading<A> | undefined> {
    const at = clock.now();
    const found = await attempt(read(lease.access as A, recording));
    if (found.error && !goneBy(found.error, lease, at)) throw found.error;
    return found.value;
  }

  /**
   * Which entity no longer exists, so that nothing is left to restore; undefined if that is not certain. Within the
   * eventual-consistency window after our own change, a missing resource may be a stale read.
   */
  function goneBy(error: unknown, lease: Lease, at: number): Gone | undefined {
    if (!(error instanceof SymError)) return undefined;
    if (error.reason === "no-subject") return error.reason;
    if (error.reason !== "no-resource" || mayBeStale(lease, at, system.staleReadMs)) return undefined;
    return error.reason;
  }

  /** Writes a lease's next version. If another invocation wrote one first, returns that. */
  async function save(lease: Lease): Promise<Written> {
    for (let tries = 1; ; tries += 1) {
      // Lambda freezes an invocation after its answer and may thaw it in the next one: it must not act any more then.
      stopIf(budget.recordSignal);
      const { value: written, error } = await attempt(store.write(lease));
      if (written?.won) return written;
      if (error && tries === writeTries) throw error;
      // The write lost, or its answer did: the stored version may even be this write.
      const current = written ? written.current : await store.read(lease.key);
      if (current?.version === lease.version && current.writeId === lease.writeId) return { won: true };
      const unchanged = (current?.version ?? 0) === lease.version - 1;
      if (!unchanged) return { won: false, current };
    }
  }

  /** Applies a change to the latest version and returns the result. A change that returns its argument writes nothing. */
  async function update(lease: Lease, change: (lease: Lease) => Lease): Promise<Lease> {
    for (let latest = lease; ; ) {
      const changed = change(latest);
      if (changed === latest) return latest;
      const next = write(changed, holder());
      const result = await save(next);
      if (result.won) return next;
      if (result.current === undefined) throw vanished(lease);
      latest = result.current;
    }
  }

  /** Whether this invocation holds the lock. */
  function holds({ lock }: Lease): boolean {
    return lock?.owner === invocation.requestId;
  }

  /**
   * Prefetches data for the change in parallel with the write of its intent. Undefined if that failed. Once the intent is
   * written, no other invocation has changed the access since the lease was read, so the data is current.
   */
  async function prepare(access: A, change: "grant" | "restore"): Promise<unknown> {
    if (!system.prepare) return undefined;
    // Inside the attempt, so that a `prepare` that throws before it returns a promise counts as a failed one, too.
    const looking = async () => system.prepare?.(access, change, invocation);
    return (await attempt(timed(invocation, "prepare", looking))).value;
  }

  /**
   * Restores the standing state if the end of the closing runs requires it, and removes these runs. The caller holds the
   * lock. `found` is undefined if the subject or the resource no longer exists; `prepared` is the result of `prepare`.
   */
  async function finish(lease: Lease, found?: Reading<A>, prepared?: unknown): Promise<Finished> {
    const untouched = found !== undefined && isChangedByOthers(lease, found.state);
    const left = untouched ? found : undefined;
    let restored: Finished["restored"];
    for (let latest = lease; ; ) {
      restored ??= await putBack(latest, found, prepared);
      const next = write(removeClosedRuns(latest, holder(), left ?? latest.standing), holder());
      const result = await save(next);
      if (result.won) return { restored, untouched };
      if (result.current === undefined) throw vanished(lease);
      // Only the holder releases the lock. If it is released, this write took effect, its answer was lost, and the stored
      // version is another invocation's. Otherwise runs were closed meanwhile, which the next round takes into account.
      if (!holds(result.current)) return { restored, untouched };
      latest = result.current;
    }
  }

  /** Restores the standing state, if the end of the closing runs requires it and nobody else changed the state. */
  async function putBack(
    lease: Lease,
    found?: Reading<A>,
    prepared?: unknown,
  ): Promise<Finished["restored"]> {
    const { standing } = lease;
    if (!found || !standing || endingOf(lease).is !== "restore") return;
    stopIf(recording.budget.signal);
    if (isChangedByOthers(lease, found.state)) return void (await system.abandon?.(found.access, recording));
    return timed(invocation, "restore", () =>
      system.restore(found.access, standing.state, recording, prepared),
    );
  }

  /** Waits before the next look at a locked lease. Throws when the deadline is near. */
  async function wait(): Promise<void> {
    if (budget.signal.aborted || clock.now() + lockPollMs > budget.deadline - timeToActMs) throw busy();
    await clock.sleep(lockPollMs);
  }

  return {
    holder,
    holds,
    look,
    reconcile,
    lookAt,
    goneBy,
    save,
    update,
    prepare,
    finish,
    putBack,
    wait,
    release: (lease: Lease) => update(lease, (latest) => unlock(latest, holder())),
    staleReadMs: system.staleReadMs,
    leaseKey: (access: Access) => leaseKey(name, access),
    openRun: store.openRun,
    closeRun: (runId: string) => store.closeRun(runId, clock.now()),
    /** A failure only makes the sweep look at the run once more. */
    forgetRun: (runId: string) => attempt(store.forgetRun(runId)),
  };
}

/** Throws the reason of an aborted signal. */
export function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw signal.reason;
}

function busy(): SymError {
  return new SymError(
    "Another change of the same access is under way and did not end in time; try again in a minute",
    {
      reason: "unavailable",
    },
  );
}

function vanished({ key }: Lease): SymError {
  return new SymError(
    `The record of lease ${key} was deleted by somebody else; check who had the access before`,
    {
      reason: "unavailable",
      retryable: false,
    },
  );
}

export async function attempt<T>(work: Promise<T>): Promise<Attempt<T>> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}
