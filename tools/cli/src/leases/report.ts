import { paint, printable } from "@sym/command-line/terminal";
import type { Lease } from "@sym/leases/lease";
import type { Overview } from "./overview.ts";

const columns = ["who", "what", "run", "state", "until", "before", "locked until", "due"];

/** A line for each run that holds a lease, and one for each lease that nobody holds. */
export function reportAsTable({ leases, runs }: Overview, now: number): string {
  const rows = leases.flatMap((lease) => rowsOf(lease, now));
  const due = runs.filter((run) => run.dueAt !== null);
  const closed = runs.filter((run) => run.closedAt !== null).length;
  return [
    ...(rows.length > 0 ? [...tableOf(rows), ""] : []),
    `Leases: ${leases.length}, holds on them: ${rows.filter(([, , run]) => run !== nobody).length}. Runs: ${runs.length}, closed: ${closed}.`,
    ...due.map(({ id, dueAt }) => printable(`Closed run ${id} is due ${moment(dueAt, now)}.`)),
  ].join("\n");
}

const nobody = "nobody";

function rowsOf({ access, standing, lock, dueAt, runs }: Lease, now: number): string[][] {
  const { subject, resource } = access.names;
  const rest = [before(standing), moment(lock?.until ?? null), moment(dueAt, now)];
  const holds = Object.entries(runs).map(([id, { state, expiresAt }]) => [
    id,
    state,
    expiresAt === null ? "no end" : moment(expiresAt, now),
  ]);
  return (holds.length > 0 ? holds : [[nobody, "", ""]]).map((hold) =>
    [subject, resource, ...hold, ...rest].map(printable),
  );
}

function before(standing: Lease["standing"]): string {
  return standing === null ? "unknown" : `${standing.state}${standing.sufficient ? " (kept)" : ""}`;
}

function tableOf(rows: string[][]): string[] {
  const widths = columns.map((name, index) =>
    Math.max(...[[...columns], ...rows].map((row) => (row[index] ?? name).length)),
  );
  const line = (row: string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  return [paint("dim", line(columns)), ...rows.map(line)];
}

/** Everything that is recorded, field by field. */
export function reportInFull({ leases, runs }: Overview, now: number): string {
  const blocks = [
    ...leases.map((lease) => [
      `lease ${lease.key}`,
      `who      ${lease.access.names.subject}`,
      `what     ${lease.access.names.resource}`,
      `before   ${before(lease.standing)}`,
      ...Object.entries(lease.runs).map(
        ([id, run]) =>
          `run      ${id}: ${run.state}, ${run.expiresAt === null ? "no end" : `until ${moment(run.expiresAt, now)}`}`,
      ),
      ...Object.entries(lease.ended).map(([id, at]) => `ended    ${id}: ${moment(at)}`),
      `lock     ${lease.lock ? `${lease.lock.owner} until ${moment(lease.lock.until, now)}` : "none"}`,
      `due      ${moment(lease.dueAt, now) || "not"}`,
      `written  ${moment(lease.touchedAt)}, version ${lease.version} by ${lease.writeId}`,
      `access   ${JSON.stringify(lease.access)}`,
    ]),
    ...runs.map((run) => [
      `run ${run.id}`,
      `closed   ${moment(run.closedAt) || "not"}`,
      `due      ${moment(run.dueAt, now) || "not"}`,
      `access   ${run.access ? JSON.stringify(run.access) : "unknown, it was closed before it was opened"}`,
    ]),
  ];
  return blocks
    .map(([title = "", ...lines]) =>
      [paint("bold", printable(title)), ...lines.map((line) => `  ${printable(line)}`)].join("\n"),
    )
    .join("\n\n");
}

/** A time in UTC, and whether it is over. Seconds matter for locks. */
function moment(time: number | null, now?: number): string {
  if (time === null) return "";
  const text = `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return now !== undefined && time <= now ? `${text} (over)` : text;
}
