import { UsageError } from "@sym/command-line/usage-error";
import type { Run } from "@sym/leases/lease";
import type { Filter } from "./options.ts";
import type { OfFunction, Overview } from "./overview.ts";
import { matchNames, whyNone } from "./select.ts";

/** A run that can be ended. `run` is undefined if no lease lists the run: its escalate was cut off. */
export type Endable = OfFunction<{
  id: string;
  key: string;
  names: { subject: string; resource: string };
  run: Run | undefined;
}>;

/** All runs that hold a lease, and all opened runs that no lease lists and whose end no lease has recorded. */
function endableIn({ leases, runs }: Overview): Endable[] {
  const held = leases.flatMap(({ key, access: { names }, functionName, table, runs: own }) =>
    [...own].map(([id, run]): Endable => ({ id, key, names, run, functionName, table })),
  );
  const unlisted = runs.flatMap(({ id, opened, closedAt, dueAt, functionName, table }): Endable[] => {
    const isOver = !opened || (closedAt !== null && dueAt === null);
    if (isOver || held.some((one) => one.id === id && one.table === table)) return [];
    return [{ id, key: opened.key, names: opened.access.names, run: undefined, functionName, table }];
  });
  return [...held, ...unlisted];
}

/** Whether the records still hold the run, and nothing has recorded its end. */
export function isOpenStill({ id, table }: Endable, { leases, runs }: Overview): boolean {
  const held = leases.find((lease) => lease.table === table && lease.runs.has(id))?.runs.get(id);
  if (held !== undefined && held.state !== "closing") return true;
  return runs.some((run) => run.id === id && run.table === table && run.opened && run.closedAt === null);
}

/** The runs of a command line: the run with this id, the runs of the lease with this key, or the runs of a person. */
export function chooseRuns(named: string, filter: Filter, overview: Overview, place: string): Endable[] {
  const all = endableIn(overview);
  return named === "" ? runsOf(filter, all, overview, place) : runsNamed(named, all, overview, place);
}

/** Empty if the run has ended already. */
function runsNamed(named: string, all: Endable[], { leases, runs }: Overview, place: string): Endable[] {
  const chosen = all.filter(({ id, key }) => id === named || key === named);
  const isKnown =
    leases.some(({ key, ended }) => key === named || ended.has(named)) || runs.some(({ id }) => id === named);
  if (chosen.length > 0 || isKnown) return chosen;
  throw new UsageError(
    `No run or lease ${named} exists in ${place}. npm run leases -- list shows the runs and keys, with the same --prefix or --table.`,
  );
}

function runsOf(filter: Filter, all: Endable[], overview: Overview, place: string): Endable[] {
  const { handler } = filter;
  const ofHandler = all.filter(
    ({ key }) => handler === undefined || key.split("|")[0] === encodeURIComponent(handler),
  );
  const whole = ofHandler.filter(({ names }) => matchNames(filter, names) === "whole");
  if (whole.length > 0) return whole;
  const [like] = ofHandler.filter(({ names }) => matchNames(filter, names) === "part");
  if (like)
    throw new UsageError(
      `No run matches in whole words; ${like.names.subject} on ${like.names.resource} matches in part. Set --who and --what to whole names before an end.`,
    );
  throw new UsageError(whyNone(filter, overview) ?? `No open run of ${filter.who} exists in ${place}.`);
}
