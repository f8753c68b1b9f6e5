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
  clockSkew,
  endingOf,
  type Holder,
  isChangedByOthers,
  mayEcho,
  settle,
  unlock,
  write,
} from "./transitions.ts";

/** What leased access works with. `grace` in milliseconds. */
export type Means<A extends Access> = {
  name: string;
  system: TargetSystem<A>;
  store: LeaseStore;
  clock: Clock;
  grace: number;
};

/** A promise's end, as a value. */
export type Settled<T> = { value: T; error?: undefined } | { value?: undefined; error: unknown };

/** What is recorded, and what the target system showed while nobody of us was changing it, or why it could not. */
export type Look<A extends Access> = {
  lease: Lease | undefined;
  found: Settled<Reading<A>>;
  /** Not later than what `found` shows. */
  at: number;
};

/** The steps of one invocation over one lease, each safe to be cut off at any point. */
export type Session<A extends Access> = ReturnType<typeof startSession<A>>;

/** Why there is nothing to put back: the person, or the thing, is not there any more. */
export type Gone = "no-subject" | "no-resource";

/** `restored` is there if something was put back; `untouched`, if others had changed the state and it was left so. */
export type Finished = { restored: Restored | undefined; untouched: boolean };

// In milliseconds: between looks at a locked lease, and what is left for acting once it is free.
const pause = 200;
const timeToAct = 3_000;
const attempts = 3;

export function startSession<A extends Access>(
  { name, system, store, clock, grace }: Means<A>,
  invocation: Invocation,
) {
  const { budget } = invocation;
  let written = 0;
  const holder = (): Holder => ({
    owner: invocation.requestId,
    deadline: budget.deadline,
    now: clock.now(),
    grace,
    writes: () => ++written,
  });
  // What puts things right may use the time that is reserved for records.
  const recording: Invocation = { ...invocation, budget: { ...budget, signal: budget.recordSignal } };

  /** Reads the lease and the target system side by side, and the latter again if the two may not fit together. */
  async function look(access: A): Promise<Look<A>> {
    const at = clock.now();
    const [lease, found] = await Promise.all([store.read(leaseKey(name, access)), settled(read(access))]);
    return reconcile({ lease, found, at }, access);
  }

  /** What was found, if it fits the lease, which was read later or at the same time; else what is found now. */
  async function reconcile({ lease, found, at }: Look<A>, access: A): Promise<Look<A>> {
    const held = lease !== undefined && Object.keys(lease.runs).length > 0;
    // A change that ended just before the lease was read may have come after the reading.
    const quiet = lease === undefined || lease.touchedAt < at - clockSkew;
    const sameIds = !held || isDeepStrictEqual(found.value?.access, lease.access);
    if (quiet && sameIds) return { lease, found, at };
    const again = clock.now();
    return { lease, found: await settled(read(held ? (lease.access as A) : access)), at: again };
  }

  function read(access: A, within = invocation): Promise<Reading<A>> {
    return timed(invocation, "read", () => system.read(access, within));
  }

  /**
   * What the target system shows to the holder of the lock; undefined if the person or the thing is gone. `lease` as it
   * was before it was locked.
   */
  async function lookAt(lease: Lease): Promise<Reading<A> | undefined> {
    const at = clock.now();
    const found = await settled(read(lease.access as A, recording));
    if (found.error && !goneBy(found.error, lease, at)) throw found.error;
    return found.value;
  }

  /**
   * Which of the two is not there any more, so that nothing is left to put back; undefined if that is not known. A
   * thing that was there a moment ago, when we changed the access to it, may only not show yet.
   */
  function goneBy(error: unknown, lease: Lease, at: number): Gone | undefined {
    if (!(error instanceof SymError)) return undefined;
    if (error.reason === "no-subject") return error.reason;
    if (error.reason !== "no-resource" || mayEcho(lease, at, system.staleReadMs)) return undefined;
    return error.reason;
  }

  /** Writes a lease's next version. If another was first, what that one wrote. */
  async function save(lease: Lease): Promise<Written> {
    for (let attempt = 1; ; attempt += 1) {
      // After its answer, an invocation is frozen, and may wake up in the next one: it must not act any more then.
      stopIf(budget.recordSignal);
      const { value: written, error } = await settled(store.write(lease));
      if (written?.won) return written;
      if (error && attempt === attempts) throw error;
      // Lost, or unanswered: it may even have been this very write that got there first.
      const current = written ? written.current : await store.read(lease.key);
      if (current?.version === lease.version && current.writeId === lease.writeId) return { won: true };
      const unchanged = (current?.version ?? 0) === lease.version - 1;
      if (!unchanged) return { won: false, current };
    }
  }

  /** Applies a change to the latest version, and returns that. A change that returns its argument writes nothing. */
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

  /** Whether the lock is still ours. */
  function holds({ lock }: Lease): boolean {
    return lock?.owner === invocation.requestId;
  }

  /**
   * Looks at what a change has to know while its intent is being recorded; undefined if that failed. Once the record
   * is written, it is known that nobody of us has changed anything since the lease was read.
   */
  async function prepare(access: A, change: "grant" | "restore"): Promise<unknown> {
    if (!system.prepare) return undefined;
    // Within the settled work, so that a look that throws at once fails no more than one that rejects.
    const looking = async () => system.prepare?.(access, change, invocation);
    return (await settled(timed(invocation, "prepare", looking))).value;
  }

  /**
   * Does what the end of the closing runs asks for. The caller holds the lock. `found` is undefined for what is gone,
   * `prepared` is what `prepare` saw.
   */
  async function finish(lease: Lease, found?: Reading<A>, prepared?: unknown): Promise<Finished> {
    const untouched = found !== undefined && isChangedByOthers(lease, found.state);
    const left = untouched ? found : undefined;
    let restored: Finished["restored"];
    for (let latest = lease; ; ) {
      restored ??= await putBack(latest, found, prepared);
      const next = write(settle(latest, holder(), left ?? latest.standing), holder());
      const result = await save(next);
      if (result.won) return { restored, untouched };
      if (result.current === undefined) throw vanished(lease);
      // Only we give the lock back, so if it is gone, this is done and only its answer was lost. What is there now is
      // others' work. Otherwise only ends of runs can have come in between; the next round sees what they ask for.
      if (!holds(result.current)) return { restored, untouched };
      latest = result.current;
    }
  }

  /** Puts back what was there before, if that is what the end of the closing runs asks for, and nobody else changed it. */
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

  /** Waits for another invocation to finish with the lease, as long as there is time. */
  async function wait(): Promise<void> {
    if (budget.signal.aborted || clock.now() + pause > budget.deadline - timeToAct) throw busy();
    await clock.sleep(pause);
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
    /** A run that cannot be forgotten only costs the sweep another look at it. */
    forgetRun: (runId: string) => settled(store.forgetRun(runId)),
  };
}

/** Throws why a signal was given, if it was. */
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

export async function settled<T>(work: Promise<T>): Promise<Settled<T>> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}
