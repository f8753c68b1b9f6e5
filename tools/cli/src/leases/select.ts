import { type Match, matchName, matchSubject } from "./names.ts";
import type { Filter } from "./options.ts";
import type { Overview } from "./overview.ts";

type StoredLease = Overview["leases"][number];
type Names = StoredLease["access"]["names"];
type Chosen = Pick<Filter, "who" | "what">;

/** The records that a filter lets pass. A broken record has no names to compare, and passes unless it is another handler's. */
export function select({ leases, runs, broken }: Overview, filter: Filter, now: number): Overview {
  const { handler, overdue, failed } = filter;
  const chosen = leases.filter(
    (lease) =>
      isOf(handler, lease, lease.key) &&
      matchNames(filter, lease.access.names) !== undefined &&
      (!overdue || isOverdue(lease, now)) &&
      (!failed || lease.failure !== undefined),
  );
  return {
    leases: chosen,
    runs: runs.filter((run) => {
      if (!isOf(handler, run, run.opened?.key)) return false;
      if (overdue && !(run.dueAt !== null && run.dueAt <= now)) return false;
      if (failed) return chosen.some(({ key }) => key === run.opened?.key);
      const { who, what } = filter;
      return run.opened ? matchNames(filter, run.opened.access.names) !== undefined : !(who ?? what);
    }),
    broken: broken.filter((record) => isOf(handler, record, /^lease#(.*)$/.exec(record.record)?.[1])),
  };
}

/** Compares the names of an access; `whole` if the filter compares none. */
export function matchNames({ who, what }: Chosen, { subject, resource }: Names): Match {
  const matches = [
    ...(who === undefined ? [] : [matchSubject(who, subject)]),
    ...(what === undefined ? [] : [matchName(what, resource)]),
  ];
  if (matches.includes(undefined)) return undefined;
  return matches.includes("part") ? "part" : "whole";
}

/** Why a filter lets nothing pass, with the names that the records have. Undefined if the names are not the reason. */
export function whyNone({ who, what, handler }: Filter, { leases }: Overview): string | undefined {
  if (handler !== undefined && !leases.some((lease) => isOf(handler, lease, lease.key)))
    return `No record is of the handler ${handler}. Set --handler to ${namesOf(leases.map(({ functionName }) => functionName))}.`;
  if (who !== undefined && !leases.some(({ access }) => matchNames({ who, what: undefined }, access.names)))
    return `No record matches --who ${who}. The records name accounts, not e-mails: ${namesOf(leases.map(({ access }) => access.names.subject))}. This command asks no target system for the account of an e-mail: set --who to a name of the records.`;
  if (what !== undefined && !leases.some(({ access }) => matchNames({ who, what }, access.names)))
    return `No record matches --what ${what}. Set --what to a name of the records: ${namesOf(leases.map(({ access }) => access.names.resource))}.`;
  return undefined;
}

const most = 5;

function namesOf(all: string[]): string {
  const names = [...new Set(all)];
  const more = names.length > most ? [`and ${names.length - most} more`] : [];
  return [...names.slice(0, most), ...more].join(", ") || "no record exists";
}

/** The key of a lease begins with its handler. A record without a lease belongs to the handler that its table names. */
function isOf(handler: string | undefined, { functionName }: { functionName: string }, key = ""): boolean {
  if (handler === undefined || functionName === handler) return true;
  return key === ""
    ? functionName.endsWith(`-${handler}`)
    : key.split("|")[0] === encodeURIComponent(handler);
}

/** Whether a run is past its end, or the lease is due for the sweep. */
function isOverdue({ runs, dueAt }: StoredLease, now: number): boolean {
  const isPast = (time: number | null) => time !== null && time <= now;
  return isPast(dueAt) || [...runs.values()].some(({ expiresAt }) => isPast(expiresAt));
}
