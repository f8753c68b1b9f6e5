import { createRequire, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

/** A plausible mistake in the protocol, as a change of the source. */
type Bug = { file: string; replace: string; by: string };

/**
 * The planted bugs, each of which the simulation must find. Only a worker thread that is asked for a bug loads the bug.
 */
export const bugs: Record<string, Bug> = {
  // Standing access, and our own states.
  "standing state not recorded": {
    file: "states.ts",
    replace: "return { lease: { ...lease, standing: state, ours: [], begun: false }, others: false };",
    by: 'return { lease: { ...lease, standing: "absent", ours: [], begun: false }, others: false };',
  },
  "standing state of long ago": {
    file: "states.ts",
    replace: "if (standing === null || (lease.runs.size === 0 && !isUncertain))",
    by: "if (standing === null)",
  },
  "what others lowered not followed": {
    file: "states.ts",
    replace: "if (!isUncertain && rules.satisfies(standing, state))",
    by: "if (standing === undefined)",
  },
  "what others gave not followed": {
    file: "states.ts",
    replace: "if (isOthers(lease, standing, state, rules))",
    by: "if (standing === undefined)",
  },
  "stale reading followed": {
    file: "states.ts",
    replace: "const isUncertain = mayBeStale(lease, read.at, rules.staleReadMs);",
    by: "const isUncertain = false;",
  },
  "the requester's own lowering taken for standing access": {
    file: "states.ts",
    replace: "known.some((one) => satisfies(one, state))",
    by: "known.includes(state)",
  },
  "intents of dead invocations not counted as ours": {
    file: "states.ts",
    replace: "flatMap(({ intent }) => intent?.state ?? [])",
    by: "flatMap(() => [])",
  },
  "intent of a run that was never opened taken for ours": {
    file: "session.ts",
    replace: "const lease = stored && (await withoutUnopened(stored));",
    by: "const lease = stored;",
  },
  // Roles and wishes.
  "other runs' wishes forgotten at an end": {
    file: "decisions.ts",
    replace: "return shouldBe(rules, standing, openWishes(lease)) ?? standing;",
    by: "return standing;",
  },
  "other runs' wishes forgotten by an escalate": {
    file: "decisions.ts",
    replace: "const wishes = [...openWishes(lease, runId), wanted];",
    by: "const wishes = [wanted];",
  },
  "an end that raises": {
    file: "decisions.ts",
    replace: "(isStale ? ours : [read.state]).every((state) => rules.satisfies(should, state))",
    by: "(isStale ? ours : [read.state]).every((state) => state === should)",
  },
  "standing access that would be enough, while ours is there": {
    file: "decisions.ts",
    replace: "[standing, ...now].every((one) => rules.satisfies(one, wanted))",
    by: "[standing].every((one) => rules.satisfies(one, wanted))",
  },
  "another wish under an id that is in use": {
    file: "memory-store.ts",
    replace: 'if (known?.opened && (known.opened.key !== key || known.opened.wish !== wish)) return "other";',
    by: "",
  },
  // Identity.
  "keys made of spellings": {
    file: "lease.ts",
    replace: "[system, host, resource, subject]",
    by: "[system, host, resource, arguments[1].names.subject]",
  },
  "one owner for two deliveries of an event": {
    file: "session.ts",
    replace: "owner: invocation.id,",
    by: "owner: invocation.request ? invocation.requestId : invocation.id,",
  },
  // Order, locks and faults.
  "end without asking for other holders": {
    file: "states.ts",
    replace: "return openRuns({ runs }, except).map(({ wanted }) => wanted);",
    by: "return except === undefined ? [] : openRuns({ runs }, except).map(({ wanted }) => wanted);",
  },
  "closed runs removed before the end": {
    file: "finish.ts",
    replace: "const decision = await putBack(session, latest, look, finished);",
    by: `const early = write(unlock(removeClosedRuns(latest, holder()), holder()), holder());
      if ((await session.save(early)).won) {
        await putBack(session, latest, look, finished);
        return finished;
      }
      const decision = await putBack(session, latest, look, finished);`,
  },
  "closed run not remembered": {
    file: "memory-store.ts",
    replace: 'if (known && known.closedAt !== null) return "closed";',
    by: "",
  },
  "lock shorter than the deadline": {
    file: "session.ts",
    replace: "deadline: budget.deadline,",
    by: "deadline: clock.now() - 4_000,",
  },
  "intent recorded after the change": {
    file: "escalate.ts",
    replace: "const [saved, opened] = await Promise.all([session.save(claimed), opening]);",
    by: `if (decision.change) await session.set(reading, decision.change, invocation);
    const [saved, opened] = await Promise.all([session.save(claimed), opening]);`,
  },
  "failed grant not taken back": {
    file: "escalate.ts",
    replace: "confirmed = await undo(session, claimed, runId, invocation, error);",
    by: "throw error;",
  },
  "failed deescalate not recorded as closing": {
    file: "deescalate.ts",
    replace: 'if (lease.runs.get(runId)?.state === "closing") return true;',
    by: "await attempt(session.store.forgetRun(runId)); if (lease.key) return true;",
  },
  "frozen invocation goes on when it wakes up": {
    file: "attempt.ts",
    replace: "if (signal.aborted) throw signal.reason;",
    by: "",
  },
  "expiry taken as minutes": {
    file: "escalate.ts",
    replace: "duration * 1_000",
    by: "duration * 60_000",
  },
  "end of the other run told as ours": {
    file: "deescalate.ts",
    replace: "const until = latestEnd(open);",
    by: "const until = 0;",
  },
  "hidden thing taken for a deleted one": {
    file: "session.ts",
    replace:
      'if (error.reason !== "no-resource" || mayBeStale(lease, at, rules.staleReadMs)) return undefined;',
    by: 'return "no-resource";',
  },
  "deleted thing taken for a hidden one": {
    file: "session.ts",
    replace:
      'if (error.reason !== "no-resource" || mayBeStale(lease, at, rules.staleReadMs)) return undefined;',
    by: "if (lease) return undefined;",
  },
  // The target system's own timer.
  "its own end left behind": {
    file: "decisions.ts",
    replace: "const release = isLast ? hasBegun(lease) : hasLeftovers(lease);",
    by: "const release = false;",
  },
  "its own end left behind when others changed the state": {
    file: "states.ts",
    replace: "return { ...lease, ours: [], begun: hasBegun(lease), runs };",
    by: "return { ...lease, ours: [], begun: false, runs };",
  },
  "its own end not moved for a longer run": {
    file: "decisions.ts",
    replace: "const until = latestEnd([...openRuns(lease, runId), run]);",
    by: "const until = openRuns(lease, runId)[0]?.expiresAt ?? run.expiresAt;",
  },
  // The sweep.
  "run in doubt never looked at again": {
    file: "escalate.ts",
    replace: "opening ??= attempt(store.openRun(run, lockEnd(session.holder()) + doubtAfterMs));",
    by: "opening ??= attempt(store.openRun(run, Number.MAX_VALUE));",
  },
  "unreadable record holds up the sweep": {
    file: "sweep.ts",
    replace:
      "const done = await attempt(isOurs ? sweepOne(part, item) : Promise.reject(ofAnother(item.lease)));",
    by: "const done = { value: await sweepOne(part, item), error: undefined };",
  },
  "failure that puts a lease off for ever": {
    file: "transitions.ts",
    replace: "const wait = Math.min(retryAfterMs.first * 2 ** times, retryAfterMs.longest);",
    by: "const wait = retryAfterMs.longest * 1_000;",
  },
  "orphans only reported": {
    file: "transitions.ts",
    replace: '(expired === "end" && isOrphan(run, now, graceMs))',
    by: "false",
  },
  "run closed meanwhile forgotten": {
    file: "escalate.ts",
    replace: "attempt(session.store.leaveToLease(runId)),",
    by: "attempt(session.store.forgetRun(runId)),",
  },
  // Mistakes of earlier versions, found by the simulation.
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
  "record of another handler swept": {
    file: "sweep.ts",
    replace: "isOurs ? sweepOne(part, item) : Promise.reject(ofAnother(item.lease))",
    by: "sweepOne(part, item)",
  },
  "record of another handler put off": {
    file: "sweep.ts",
    replace: "if (isOurs) {",
    by: "{",
  },
  "end of a run that its lease does not list not recorded": {
    file: "deescalate.ts",
    replace: "if (!(await recordUnheld(session, run, lease))) return undefined;",
    by: "",
  },
  "grant to a subject who has the access": {
    file: "decisions.ts",
    replace: 'found.effect === "anyway" || suffices ? undefined :',
    by: 'found.effect === "anyway" ? undefined :',
  },
};

/** Changes the protocol's source in this thread. Fails if the bug no longer fits the source. */
export function plant(name: string): void {
  const bug = bugs[name];
  if (!bug) throw new Error(`Unknown planted bug "${name}". Choose from: ${Object.keys(bugs).join(", ")}`);
  const { href } = sourceOf(bug);
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      return url === href ? { ...loaded, source: changed(String(loaded.source), bug) } : loaded;
    },
  });
}

/** The source file that a bug changes. */
export function sourceOf({ file }: Bug): URL {
  return new URL(file, pathToFileURL(createRequire(import.meta.url).resolve("@sym/leases")));
}

export function changed(source: string, { file, replace, by }: Bug): string {
  const times = source.split(replace).length - 1;
  if (times !== 1) throw new Error(`${file} contains ${times} times instead of once: ${replace}`);
  return source.replace(replace, () => by);
}
