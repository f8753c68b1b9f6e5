import * as v from "valibot";
import { boundedCopy, type Json } from "./bounded-copy.ts";
import { refused, type SymError } from "./errors.ts";
import { isPersonName, isResourceName } from "./names.ts";

/** A request of Sym, reduced to fields that are safe to act on. Parsed from a payload of schema version 4 or 6. */
export type SymRequest = {
  type: "escalate" | "deescalate";
  /** The approved request: the same id on escalate and deescalate. */
  runId: string;
  /** The requester, who gets the access: the user name of `run.actors.request`, an e-mail address for people. */
  requester: string;
  target: { name: string; label: string | undefined; settings: Readonly<Record<string, string>> };
  /** The approved duration, in seconds; undefined in flows without scheduled deescalation. */
  duration: number | undefined;
  /** All fields except the target, unchanged. Sym's samples of deescalate have no prompt field, so a revoke must not need any. */
  fields: Readonly<Record<string, Json>>;
};

/** Sym's SRNs have fewer than 200 characters. A run's id is part of a key, and DynamoDB takes 2,048 bytes. */
const longestSrn = 1_000;

const longestDurationSeconds = 366 * 24 * 60 * 60;

const resourceName = v.pipe(v.string(), v.nonEmpty(), v.check(isResourceName));

const settings = v.record(v.string(), v.pipe(v.string(), v.check(isResourceName)));

// The schema requires only the needed fields, and accepts unknown keys: Sym's samples disagree on all other fields.
const payload = v.object({
  event: v.object({ type: v.picklist(["escalate", "deescalate"]) }),
  run: v.object({
    srn: v.pipe(v.string(), v.maxLength(longestSrn), v.regex(/^[\w-]+(:[\w.-]+){3,}:[\w-]+$/)),
    actors: v.object({
      request: v.object({ username: v.pipe(v.string(), v.check(isPersonName)) }),
    }),
  }),
  fields: v.objectWithRest(
    {
      target: v.object({
        name: resourceName,
        label: v.nullish(v.string()),
        settings: v.pipe(v.unknown(), v.check(isNoList), settings),
      }),
      duration: v.optional(
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(longestDurationSeconds)),
      ),
    },
    v.unknown(),
  ),
});

const event = v.pipe(v.unknown(), v.check(isNoList), payload);

// valibot accepts a list as an object with numbers as keys.
function isNoList(value: unknown): boolean {
  return !Array.isArray(value);
}

const hints: Record<string, string> = {
  "": "an event from Sym is a JSON object",
  "event.type": 'it must be "escalate" or "deescalate"',
  "run.srn": `it must be an SRN with at least five parts and at most ${longestSrn} characters, ending in the run's id`,
  "run.actors.request": "it must name the requester, who gets the access",
  "run.actors.request.username":
    "it must be the requester's user name in plain ASCII without spaces, 254 characters at most",
  "fields.target": "it must be the requested sym_target",
  "fields.target.name": "it must be a name without control characters or mixed alphabets",
  "fields.target.label": "it must be a string, or be left out",
  "fields.target.settings": "it must be a JSON object whose values are strings",
  "fields.duration": `it must be a whole number of seconds between 1 and ${longestDurationSeconds}, or be left out`,
};
const settingHint = "it must be a string without control characters or mixed alphabets";

/** Parses an event, or throws a `SymError` with the path of the wrong field. */
export function parseEvent(input: unknown): SymRequest {
  const copy = boundedCopy(input);
  const parsed = v.safeParse(event, copy, { abortEarly: true });
  if (!parsed.success) throw refusal(parsed.issues[0]);
  const { event: sent, run, fields } = parsed.output;
  const { target, ...rest } = fields;
  return {
    type: sent.type,
    runId: run.srn.slice(run.srn.lastIndexOf(":") + 1),
    requester: run.actors.request.username,
    target: { name: target.name, label: target.label ?? undefined, settings: own(target.settings) },
    duration: fields.duration,
    fields: own(rest as Record<string, Json>),
  };
}

/** Copies to an object without a prototype, and so without `constructor` and `toString`. */
function own<T>(values: Record<string, T>): Record<string, T> {
  return Object.assign(Object.create(null), values);
}

function refusal(issue: v.BaseIssue<unknown>): SymError {
  const path = (issue.path ?? []).map((item) => String(item.key)).join(".");
  const field = path === "" ? "the payload" : path;
  const state = issue.input === undefined ? "is missing" : `is ${preview(issue.input)}`;
  const hint =
    hints[path] ?? (path.startsWith("fields.target.settings.") ? settingHint : "it must be an object");
  return refused(`Payload refused: ${field} ${state}; ${hint}`, { path });
}

/** A short rendering in plain ASCII, so that a hostile value cannot disguise itself in an error sentence. */
function preview(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value).replace(/[^\x20-\x7e]/g, escapeCharacter);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
