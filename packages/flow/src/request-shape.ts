// The record of a request. The types of the record are made from this shape, which also validates each record that is read.
import * as v from "valibot";
import { personShape } from "./person.ts";
import { routes } from "./rules.ts";

/** The status of a request, a closed set. The README has the diagram. */
export const statuses = [
  "asked",
  "approved",
  "denied",
  "expired",
  "withdrawn",
  "refused",
  "granting",
  "held",
  "ending",
  "ended",
  "failed",
] as const;

/** Milliseconds since the epoch. */
const time = v.pipe(v.number(), v.finite(), v.minValue(0));
const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Whether a text has the form of a request's id. */
export function isRequestId(id: string): boolean {
  return /^flow-[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id);
}

/** The id of a person's account in Slack, if the person asked or decided there. An account keeps its id when its e-mail changes. */
const account = v.exactOptional(text);

const decision = v.object({
  by: personShape,
  account,
  /** Where the person decided. */
  door: v.picklist(["command", "slack"]),
  what: v.picklist(["approve", "deny", "withdraw", "end"]),
  at: time,
  /** The version of the rules that allowed the decision; null if the target had no rules any more. */
  ruleVersion: v.nullable(text),
});

/** The part of a handler's answer that the record keeps. */
const answer = v.object({
  at: time,
  message: text,
  /** The handler's word for the outcome; null if the handler gave none, or did not answer. */
  outcome: v.nullable(text),
  errors: v.array(text),
  /** When the handler ends the access. */
  expiresAt: v.nullable(time),
});

const message = v.object({
  kind: v.picklist([
    "asked",
    "approved-at-once",
    "denied",
    "expired",
    "withdrawn",
    "refused",
    "held",
    "reminder",
    "not-granted",
    "ended",
    "stopped",
    "late",
    "failed",
  ]),
  to: v.picklist(["requester", "approvers", "operators", "everyone"]),
  text,
  at: time,
  /** `lost`: the message could not be told within a day. */
  told: v.nullable(v.union([time, v.literal("lost")])),
  /** The outlets that have told the message. */
  toldIn: v.array(v.picklist(["topic", "slack"])),
  /** Why an outlet did not tell the message at the last try, with the remedy. */
  problem: v.nullable(text),
});

export const requestShape = v.object({
  id: v.pipe(text, v.check(isRequestId)),
  /** Counts the writes of the record. */
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  status: v.picklist(statuses),
  /** Who asked, and gets the access. */
  requester: personShape,
  account,
  target: text,
  /** The access as it was asked for, and as the approvers see it. Never changes. */
  access: v.object({ label: text, functionArn: text, settings: v.record(text, text) }),
  /** The Slack channel that is asked for decisions; null without Slack. */
  slackChannel: v.nullable(text),
  /**
   * The message in the Slack channel that asks for decisions, and says later what became of the request. `shows`: the state of
   * the request that the message shows. `problem`: why the last change of the message failed.
   */
  card: v.nullable(v.object({ channel: text, ts: text, shows: text, problem: v.nullable(text) })),
  /** Seconds. */
  duration: v.pipe(v.number(), v.integer(), v.minValue(1)),
  reason: text,
  route: v.picklist(routes),
  /** The version of the rules under which the request was asked. */
  askedUnder: text,
  /** The version of the rules under which the last needed approval was given. */
  approvedUnder: v.nullable(text),
  decisions: v.array(decision),
  answers: v.object({
    plan: v.nullable(answer),
    escalate: v.nullable(answer),
    deescalate: v.nullable(answer),
  }),
  /** Invocations of the handler without a useful answer, and for `deescalate` also with errors. */
  attempts: v.object({ escalate: count, deescalate: count }),
  /** The token of the step that waits. Only wakes the step; the record alone says how the request goes on. */
  waiting: v.nullable(v.object({ step: v.picklist(["ask", "hold"]), token: text, since: time })),
  messages: v.array(message),
  times: v.object({
    asked: time,
    /** The request expires at this time, unless enough people have approved. */
    decideBy: time,
    approved: v.nullable(time),
    /** When the flow began to grant: from here on, the requester may have the access. */
    granting: v.nullable(time),
    held: v.nullable(time),
    holdUntil: v.nullable(time),
    /** When the requester is reminded of the end; null for a hold that is too short. */
    remindAt: v.nullable(time),
    ending: v.nullable(time),
    /** When the request reached a final status. */
    over: v.nullable(time),
    changed: time,
  }),
});
