import { labelled, reportColumns } from "@sym/command-line/terminal";
import type { Run } from "@sym/leases/lease";
import type { Overview } from "./overview.ts";
import { failed, inLines, moment, shellWord } from "./words.ts";

type StoredLease = Overview["leases"][number];

/** A paragraph for each lease and each broken record, 80 columns wide, and the numbers of leases and runs. */
export function reportAsList({ leases, runs, broken }: Overview, now: number): string {
  const due = runs.filter((run) => run.dueAt !== null);
  const closed = runs.filter((run) => run.closedAt !== null).length;
  const holds = leases.reduce((sum, lease) => sum + lease.runs.size, 0);
  const notes = due.map(({ id, closedAt, dueAt, functionName }) => {
    const state = closedAt === null ? "Opened" : "Closed";
    return labelled("", `${state} run ${id} of ${functionName} is due ${moment(dueAt, now)}.`, plain);
  });
  return [
    ...leases.map((lease) => `${paragraphOf(lease, now)}\n`),
    ...broken.map((record) => `${aboutBroken(record)}\n`),
    `Leases: ${leases.length}, holds on them: ${holds}. Runs: ${runs.length}, closed: ${closed}.`,
    ...notes,
  ].join("\n");
}

const plain = { width: 0, columns: reportColumns };

function paragraphOf(lease: StoredLease, now: number): string {
  const { key, access, standing, runs, lock, dueAt, failure, forgotten, table } = lease;
  const isLocked = lock !== null && lock.until > now;
  const isDue = dueAt !== null && dueAt <= now;
  return [
    line("who", access.names.subject),
    line("what", access.names.resource),
    ...(runs.size > 0
      ? [...runs].map(([id, run]) => line("run", aboutRun(id, run, now)))
      : [line("run", "no run")]),
    line("before", standing ?? "unknown"),
    ...(failure ? [line("failed", failed(failure))] : []),
    ...(isLocked ? [line("locked", `until ${moment(lock.until)}`)] : []),
    ...(isDue ? [line("due", `since ${moment(dueAt)}`)] : []),
    ...(forgotten ? [line("forgot", `${moment(forgotten.at)} by ${forgotten.by}`)] : []),
    line("table", table),
    keyLine(key),
  ].join("\n");
}

/** A run, its state and its end. */
export function aboutRun(id: string, { state, wanted, expiresAt }: Run, now: number): string {
  const end = expiresAt === null ? "no end" : `until ${moment(expiresAt, now)}`;
  return `${id}\n${state}, ${wanted}, ${end}`;
}

function aboutBroken({ record, problem, table }: Overview["broken"][number]): string {
  const isLease = record.startsWith("lease#");
  const name = record.slice(record.indexOf("#") + 1);
  return [
    line("broken", `${problem}.`),
    line("table", table),
    isLease ? keyLine(name) : line("run", name),
  ].join("\n");
}

/** A key as a word of a shell, so that people can copy the key. */
function keyLine(key: string): string {
  // Wide enough for a hash, its quote and a |.
  const width = "key  ".length;
  return labelled("key", inLines(shellWord(key), reportColumns - width), { width, columns: reportColumns });
}

function line(label: string, text: string): string {
  return labelled(label, text, { columns: reportColumns });
}
