import type { Overview } from "@sym/cli/leases/overview";
import { matchNames } from "@sym/cli/leases/select";

export type StoredLease = Overview["leases"][number];

/** What is true of a lease now: the first that fits. */
export const leaseStates = ["failing", "overdue", "held", "ending", "ended"] as const;
type LeaseState = (typeof leaseStates)[number];

/** A row of the list. `until` in milliseconds since the epoch: the last end of its requests; null without an end. */
export type LeaseRow = {
  lease: StoredLease;
  state: LeaseState;
  until: number | null | undefined;
  isStanding: boolean;
};

export type LookFilter = { person: string; system: string; state: string };

/** The rows that fit, those that need a person first. `now` in milliseconds since the epoch. */
export function rowsOf({ leases }: Overview, { person, system, state }: LookFilter, now: number): LeaseRow[] {
  return leases
    .map((lease) => rowOf(lease, now))
    .filter(
      (row) =>
        (person === "" || isOf(person, row.lease)) &&
        (system === "" || row.lease.functionName === system) &&
        (state === "" || row.state === state || (state === "standing" && row.isStanding)),
    )
    .sort((a, b) => leaseStates.indexOf(a.state) - leaseStates.indexOf(b.state) || compare(a, b));
}

function rowOf(lease: StoredLease, now: number): LeaseRow {
  const runs = [...lease.runs.values()];
  const ends = runs.map(({ expiresAt }) => expiresAt);
  const until = runs.length === 0 ? undefined : ends.includes(null) ? null : Math.max(...ends.map(Number));
  return { lease, state: stateOf(lease, now), until, isStanding: isStanding(lease) };
}

function stateOf({ runs, failure, dueAt }: StoredLease, now: number): LeaseState {
  if (failure !== undefined) return "failing";
  const isPast = (time: number | null) => time !== null && time <= now;
  const all = [...runs.values()];
  if (isPast(dueAt) || all.some(({ expiresAt }) => isPast(expiresAt))) return "overdue";
  if (all.some(({ state }) => state !== "closing")) return "held";
  return all.length > 0 ? "ending" : "ended";
}

/** Whether the person has the access without any request. */
function isStanding({ standing }: StoredLease): boolean {
  return standing !== null && !["absent", "off", "false"].includes(standing);
}

/** Names are compared as by `npm run leases -- list --who`, and a text also by its parts. */
function isOf(person: string, { access }: StoredLease): boolean {
  const { subject } = access.names;
  return (
    matchNames({ who: person, what: undefined }, access.names) !== undefined ||
    subject.toLowerCase().includes(person.toLowerCase())
  );
}

function compare(a: LeaseRow, b: LeaseRow): number {
  const [first, second] = [a, b].map(
    ({ lease }) => `${lease.access.names.subject} ${lease.access.names.resource}`,
  );
  return (first ?? "").localeCompare(second ?? "");
}
