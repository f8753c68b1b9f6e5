import { labelled, paint, printable, reportColumns } from "@sym/command-line/terminal";
import type { Run } from "@sym/leases/lease";
import type { OfFunction, Overview } from "./overview.ts";
import { failed, inLines, moment } from "./words.ts";

type StoredLease = Overview["leases"][number];
type Field = [label: string, text: string];

/** All fields of the records, as text of 80 columns. */
export function reportInFull({ leases, runs, broken }: Overview, now: number): string {
  const blocks = [
    ...leases.map((lease) => block(`lease ${lease.key}`, leaseInFull(lease, now))),
    ...runs.map((run) => block(`run ${run.id}`, runInFull(run, now))),
    ...broken.map(({ record, functionName, table, problem, item }) =>
      block(`broken ${record}`, [
        ["function", functionName],
        ["table", table],
        ["problem", problem],
        ["item", jsonInWords(item)],
      ]),
    ),
  ];
  return blocks.join("\n\n");
}

function block(title: string, fields: Field[]): string {
  const head = inLines(printable(title), reportColumns - 2).replaceAll("\n", "\n  ");
  return [paint("bold", head), ...fields.map(inColumns)].join("\n");
}

function inColumns([label, text]: Field): string {
  return labelled(label, text, { indent: 2, columns: reportColumns });
}

function leaseInFull(lease: StoredLease, now: number): Field[] {
  const { functionName, table, access, standing, ours, runs, ended, lock, dueAt, failure, forgotten } = lease;
  return [
    ["function", functionName],
    ["table", table],
    ["who", access.names.subject],
    ["what", access.names.resource],
    ["before", standing ?? "unknown"],
    ["set", ours.join(", ") || "nothing"],
    ...[...runs].map(
      ([id, run]): Field => ["run", `${id}: ${run.state}, wants ${run.wanted}, ${ends(run, now)}`],
    ),
    ...[...ended].map(([id, at]): Field => ["ended", `${id}: ${moment(at)}`]),
    ...(failure ? [["failed", failed(failure)] satisfies Field] : []),
    ...(forgotten ? [["forgot", `${moment(forgotten.at)} by ${forgotten.by}`] satisfies Field] : []),
    ["lock", lock ? `${lock.owner} until ${moment(lock.until, now)}` : "none"],
    ["due", moment(dueAt, now) || "not"],
    ["written", `${moment(lease.touchedAt)}, version ${lease.version} by ${lease.writeId}`],
    ["access", jsonInWords(access)],
  ];
}

function runInFull(run: Overview["runs"][number], now: number): Field[] {
  const { functionName, table, opened, closedAt, dueAt } = run;
  return [
    ["function", functionName],
    ["table", table],
    ["closed", moment(closedAt) || "not"],
    ["due", moment(dueAt, now) || "not"],
    [
      "lease",
      opened
        ? inLines(opened.key, reportColumns - 11)
        : "unknown, the run was closed before an escalate opened the run",
    ],
    ...(opened ? [["access", jsonInWords(opened.access)] satisfies Field] : []),
  ];
}

function ends({ expiresAt }: Run, now: number): string {
  return expiresAt === null ? "no end" : `until ${moment(expiresAt, now)}`;
}

/** JSON with spaces, at which a long line breaks. */
function jsonInWords(value: object): string {
  return JSON.stringify(value, undefined, 1).replace(/\n\s*/g, " ");
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
