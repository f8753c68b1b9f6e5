import { createRequire, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

/** A mistake that somebody could make in the protocol, as changes of its source. */
type Bug = { file: string; replace: string; by: string };

/** The simulation has to find each of these. They exist only in the threads that are told to load them. */
export const bugs: Record<string, Bug> = {
  "standing state not recorded": {
    file: "transitions.ts",
    replace: "return { state: found.state, sufficient: found.sufficient };",
    by: 'return { state: "absent", sufficient: false };',
  },
  "restore without asking for other holders": {
    file: "transitions.ts",
    replace: "if (holding.length > 0) {",
    by: "if (holding.length > 1_000) {",
  },
  "closed runs removed before the restore": {
    file: "session.ts",
    replace: "restored ??= await putBack(latest, found, prepared);",
    by: `const early = write(removeClosedRuns(latest, holder(), left ?? latest.standing), holder());
      if ((await save(early)).won) return { restored: await putBack(latest, found, prepared), untouched };`,
  },
  "closed run not remembered": {
    file: "memory-store.ts",
    replace: "if (runs.get(runId)?.closed) return false;",
    by: "",
  },
  "lock shorter than the deadline": {
    file: "session.ts",
    replace: "deadline: budget.deadline,",
    by: "deadline: clock.now() - 4_000,",
  },
  "intent recorded after the change": {
    file: "escalate.ts",
    replace: "session.save(claimed.lease),",
    by: "system.grant(access, invocation).then(() => session.save(claimed.lease)),",
  },
  "failed grant not taken back": {
    file: "escalate.ts",
    replace: "confirmed = await undo(session, claimed, runId, invocation, error);",
    by: "throw error;",
  },
  "sweep ignores the lock": {
    file: "sweep.ts",
    replace: "|| isLocked(lease, holder)) return false;",
    by: ") return false;",
  },
  "frozen invocation goes on when it wakes up": {
    file: "session.ts",
    replace: "if (signal.aborted) throw signal.reason;",
    by: "",
  },
  "outsider's change overwritten": {
    file: "transitions.ts",
    replace: "return state !== lease.standing?.state && !lease.access.granted.includes(state);",
    by: "return state === lease.access.resource;",
  },
  "expiry taken as minutes": {
    file: "escalate.ts",
    replace: "duration * 1_000",
    by: "duration * 60_000",
  },
  "hidden thing taken for a deleted one": {
    file: "session.ts",
    replace:
      'if (error.reason !== "no-resource" || mayBeStale(lease, at, system.staleReadMs)) return undefined;',
    by: 'return "no-resource";',
  },
  "deleted thing taken for a hidden one": {
    file: "session.ts",
    replace:
      'if (error.reason !== "no-resource" || mayBeStale(lease, at, system.staleReadMs)) return undefined;',
    by: "if (lease) return undefined;",
  },
  // From here on, mistakes that were made, and that the simulation found.
  "confirmed grant taken back when only the answer was lost": {
    file: "escalate.ts",
    replace: "session.holds(latest) ? end(",
    by: "latest ? end(",
  },
  "cut-off grant forgotten": {
    file: "escalate.ts",
    replace: "takeBack(session, claimed, runId, budget.signal.aborted)",
    by: "takeBack(session, claimed, runId, false)",
  },
  "taking back without looking": {
    file: "escalate.ts",
    replace: "const found = await session.lookAt(claimed);",
    by: 'const found = { access: claimed.access as A, state: claimed.standing?.state ?? "", sufficient: false };',
  },
  "removal by others forgotten by the next escalate": {
    file: "transitions.ts",
    replace:
      "if (isKnown && lease.standing && !isChangedByOthers(lease, found.state)) return lease.standing;",
    by: "if (isKnown && lease.standing) return lease.standing;",
  },
  "end of a run that never began not recorded": {
    file: "deescalate.ts",
    replace: "const access = closed.value ?? (system.find && guess.value);",
    by: `const access = closed.value;
      if (!access) return { ...namesIn(request), outcome: "nothing-to-revoke" };`,
  },
  "grant to somebody who has the access": {
    file: "escalate.ts",
    replace: "if (!claimed.standing?.sufficient)",
    by: "",
  },
};

/** Changes what this thread loads of the protocol. Fails if the source has moved on and the bug no longer fits. */
export function plant(name: string): void {
  const bug = bugs[name];
  if (!bug)
    throw new Error(`There is no planted bug "${name}": choose one of ${Object.keys(bugs).join(", ")}`);
  const { href } = sourceOf(bug);
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      return url === href ? { ...loaded, source: changed(String(loaded.source), bug) } : loaded;
    },
  });
}

/** Where the source is that a bug changes. */
export function sourceOf({ file }: Bug): URL {
  return new URL(file, pathToFileURL(createRequire(import.meta.url).resolve("@sym/leases")));
}

export function changed(source: string, { file, replace, by }: Bug): string {
  const times = source.split(replace).length - 1;
  if (times !== 1) throw new Error(`${file} has ${times} times, and not once: ${replace}`);
  return source.replace(replace, () => by);
}
