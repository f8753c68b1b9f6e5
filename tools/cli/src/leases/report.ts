import { paint, printable } from "@sym/command-line/terminal";
import type { Failure, Run } from "@sym/leases/lease";
import type { OfFunction, Overview } from "./overview.ts";

type StoredLease = Overview["leases"][number];

const columns = ["function", "who", "what", "run", "state", "until", "before"];
const noRun = "no run";

/** A row for each run of a lease, or for a lease without runs; below the row, the lock, due time and failure. */
export function reportAsTable({ leases, runs, broken }: Overview, now: number): string {
  const rows = leases.map((lease) => ({ cells: rowsOf(lease, now), notes: notesOf(lease, now) }));
  const due = runs.filter((run) => run.dueAt !== null);
  const closed = runs.filter((run) => run.closedAt !== null).length;
  const holds = leases.reduce((sum, lease) => sum + lease.runs.size, 0);
  return [
    ...(rows.length > 0 ? [...tableOf(rows), ""] : []),
    `Leases: ${leases.length}, holds on them: ${holds}. Runs: ${runs.length}, closed: ${closed}.`,
    ...due.map(({ id, closedAt, dueAt, functionName }) => {
      const state = closedAt === null ? "Opened" : "Closed";
      return printable(`${state} run ${id} of ${functionName} is due ${moment(dueAt, now)}.`);
    }),
    ...broken.map(({ functionName, problem }) => printable(`${functionName}: ${problem}.`)),
  ].join("\n");
}

function rowsOf({ functionName, access, standing, runs }: StoredLease, now: number): string[][] {
  const { subject, resource } = access.names;
  const holds = [...runs].map(([id, run]) => [id, `${run.state} ${run.wanted}`, until(run, now)]);
  return (holds.length > 0 ? holds : [[noRun, "", ""]]).map((hold) =>
    [functionName, subject, resource, ...hold, standing ?? "unknown"].map(printable),
  );
}

function notesOf({ lock, dueAt, failure }: StoredLease, now: number): string[] {
  return [
    ...(lock && lock.until > now ? [`locked until ${moment(lock.until)}`] : []),
    ...(dueAt !== null && dueAt <= now ? [`due since ${moment(dueAt)}`] : []),
    ...(failure ? [`failed ${failed(failure)}`] : []),
  ].map((note) => printable(`  ${note}`));
}

function failed({ code, sentence, since, times, retryAt }: Failure): string {
  const count = times === 1 ? `once, ${moment(since)}` : `${times} times since ${moment(since)}`;
  return `${count}; next try ${moment(retryAt)}. ${code}: ${sentence}.`;
}

function until({ expiresAt }: Run, now: number): string {
  return expiresAt === null ? "no end" : moment(expiresAt, now);
}

function tableOf(leases: { cells: string[][]; notes: string[] }[]): string[] {
  const all = [columns, ...leases.flatMap(({ cells }) => cells)];
  const widths = columns.map((_, index) => Math.max(...all.map((row) => row[index]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  return [
    paint("dim", line(columns)),
    ...leases.flatMap(({ cells, notes }) => [...cells.map(line), ...notes]),
  ];
}

/** All fields of the records, as text. */
export function reportInFull({ leases, runs, broken }: Overview, now: number): string {
  const blocks = [
    ...leases.map((lease) => leaseInFull(lease, now)),
    ...runs.map(({ id, functionName, opened, closedAt, dueAt }) => [
      `run ${id}`,
      `function ${functionName}`,
      `closed   ${moment(closedAt) || "not"}`,
      `due      ${moment(dueAt, now) || "not"}`,
      `lease    ${opened ? opened.key : "unknown, the run was closed before an escalate opened the run"}`,
      ...(opened ? [`access   ${JSON.stringify(opened.access)}`] : []),
    ]),
    ...broken.map(({ record, functionName, problem, item }) => [
      `broken ${record}`,
      `function ${functionName}`,
      `problem  ${problem}`,
      `item     ${JSON.stringify(item)}`,
    ]),
  ];
  return blocks
    .map(([title = "", ...lines]) =>
      [paint("bold", printable(title)), ...lines.map((line) => `  ${printable(line)}`)].join("\n"),
    )
    .join("\n\n");
}

function leaseInFull(lease: StoredLease, now: number): string[] {
  const { key, functionName, access, standing, ours, runs, ended, lock, dueAt, failure } = lease;
  return [
    `lease ${key}`,
    `function ${functionName}`,
    `who      ${access.names.subject}`,
    `what     ${access.names.resource}`,
    `before   ${standing ?? "unknown"}`,
    `set      ${ours.join(", ") || "nothing"}`,
    ...[...runs].map(([id, run]) => `run      ${id}: ${run.state}, wants ${run.wanted}, ${ends(run, now)}`),
    ...[...ended].map(([id, at]) => `ended    ${id}: ${moment(at)}`),
    ...(failure ? [`failed   ${failed(failure)}`] : []),
    `lock     ${lock ? `${lock.owner} until ${moment(lock.until, now)}` : "none"}`,
    `due      ${moment(dueAt, now) || "not"}`,
    `written  ${moment(lease.touchedAt)}, version ${lease.version} by ${lease.writeId}`,
    `access   ${JSON.stringify(access)}`,
  ];
}

function ends(run: Run, now: number): string {
  return run.expiresAt === null ? "no end" : `until ${moment(run.expiresAt, now)}`;
}

/** The records for JSON: maps become lists, so that any text can be a run's id. */
export function forJson({ leases, runs, broken }: Overview): object {
  const plain = ({ runs, ended, ...lease }: OfFunction<StoredLease>) => ({
    ...lease,
    runs: [...runs].map(([id, run]) => ({ id, ...run })),
    ended: [...ended].map(([id, at]) => ({ id, at })),
  });
  return { leases: leases.map(plain), runs, broken };
}

/** A time in UTC, with seconds, which matter for locks; "(over)" after a past time. */
function moment(time: number | null, now?: number): string {
  if (time === null) return "";
  const text = `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return now !== undefined && time <= now ? `${text} (over)` : text;
}
