// The event line: the single line of the log with an event's outcome, the subject and the resource. docs/event-line.schema.json
// describes its fields, and docs/operations.md has queries over these fields.
import { createHash } from "node:crypto";
import { SymError } from "./errors.ts";
import { describeError, functionName, type Log, type LogFields } from "./log.ts";
import { type ActionResult, describe } from "./outcome.ts";
import { everybody, localNamesOf, withoutPeople } from "./people.ts";
import { bundleVersion } from "./version.ts";

/** The version of docs/event-line.schema.json. */
const schemaVersion = 1;

/** The part of an `Access` that an event has found so far: the names before the ids. */
export type About = {
  names: { subject: string; resource: string };
  host?: string;
  resource?: string;
  subject?: string;
};

/** The result of an event, or of a sweep for a single run. */
export type Happening = {
  /** The accesses that the event has named so far; the last access counts. */
  seen: readonly About[];
  /** Sym's user name of the requester. A sweep does not know the requester. */
  requester?: string | undefined;
  outcome: string;
  result?: ActionResult;
  error?: unknown;
  /** In milliseconds. */
  duration: number;
};

/** Writes the event line. `more`: further fields, such as the key of the lease. */
export function logEvent(log: Log, happening: Happening, more: LogFields = {}): void {
  const { outcome } = happening;
  log("event", {
    level: levels[outcome] ?? "INFO",
    timestamp: new Date().toISOString(),
    schema: schemaVersion,
    function: functionName(),
    version: bundleVersion,
    outcome,
    ...more,
    ...idsIn(happening.seen.at(-1)),
    ...findings(happening),
    ...sentences(happening),
    duration: happening.duration,
  });
}

const levels: Record<string, string> = { refused: "WARN", failed: "ERROR" };

function idsIn(access: About | undefined): LogFields {
  const { host, resource, subject } = access ?? {};
  return { host, resource_id: resource, subject_id: subject && withoutEmail(subject) };
}

function findings({ result, error }: Happening): LogFields {
  if (!result) return describeError(error);
  const { expiresAt, changedByOthers, stillHasAccess } = result;
  return {
    expires_at: expiresAt?.toISOString(),
    changed_by_others: changedByOthers,
    still_has_access: stillHasAccess,
  };
}

/** The sentence and the names, unchanged or without people. */
function sentences({ seen, requester, result, error }: Happening): LogFields {
  const names = seen.at(-1)?.names;
  const sentence = result ? describe(result) : sentenceOf(error);
  if (process.env["AUDIT_PEOPLE"] === "true")
    return { personal_data: true, requester, subject: names?.subject, resource: names?.resource, sentence };
  const people = [...seen.flatMap(namesOf), ...localNamesOf(requester)];
  const masked = (text: string | undefined) => text && withoutPeople(text, people);
  return { resource: masked(names?.resource), sentence: masked(sentence) };
}

/** Only a `SymError` has a sentence: the text of any other error can hold secrets. Leaves out a refused name of the requester. */
function sentenceOf(error: unknown): string | undefined {
  if (!(error instanceof SymError)) return undefined;
  const isName = error.path?.startsWith("run.actors");
  return isName ? error.message.replace(/ is ".*";/, " is [person];") : error.message;
}

/** The name of the subject, and the account's name within it. The subject of an access for all users is no person. */
function namesOf({ names, subject }: About): string[] {
  if (subject === everybody) return [];
  const last = names.subject.split(" ").at(-1) ?? "";
  return /\p{L}/u.test(last) ? [names.subject, last] : [names.subject];
}

/** The id of a subject for the log. Some flag systems know people by e-mail; `leaseKey` hashes in the same way. */
function withoutEmail(id: string): string {
  return id.includes("@") ? hashOfId(id) : id;
}

/** The form of an id that is personal, or too long for a key. */
export function hashOfId(id: string): string {
  return `sha256:${createHash("sha256").update(JSON.stringify(id)).digest("hex")}`;
}
