import { testPayload } from "@sym/test-payloads/payloads";

/** The details of an event. `run` is the number (default 1) or the id of the request. */
export type EventDetails = {
  person?: string;
  run?: number | string;
  settings?: Record<string, string>;
  /** The approved duration; escalate only. */
  seconds?: number;
};

/** The people of the scenes. No system knows `stranger`. */
export const robin = "robin.requester@example.com";
export const sam = "sam.second@example.com";
export const stranger = "nobody.known@example.com";
/** The approver of all requests, who must get no access by approving. */
export const approver = "alex.approver@example.com";

export const defaultFunctionArn: string = testPayload("escalate.json").fields.target.settings.arn;

/** The reason that the requester wrote, which no log may have. */
export const reason: string = testPayload("escalate.json").fields.reason;

/** The event of the schedule. */
export const sweepEvent = { event: { type: "sweep" } };

export type EventType = "escalate" | "deescalate" | "plan";

/** An event for the target with these settings: an event from Sym, or a plan, which has the fields of an escalate. */
export function eventOf(
  type: EventType,
  functionArn: string,
  { person = robin, run = 1, settings = {}, seconds }: EventDetails & { settings: Record<string, string> },
): unknown {
  const payload = testPayload(type === "deescalate" ? "deescalate.json" : "escalate.json");
  payload.event.type = type;
  payload.run.srn = payload.run.srn.replace(/[^:]*$/, runId(run));
  payload.run.actors.request.username = person;
  payload.fields.target.settings = { ...settings, arn: functionArn };
  if (seconds !== undefined) payload.fields.duration = seconds;
  return payload;
}

// The ids are new in each suite, because a deployed function remembers closed runs.
const start = crypto.randomUUID().slice(0, 23);

function runId(run: number | string): string {
  if (typeof run === "string") return run;
  return `${start}-${String(run).padStart(12, "0")}`;
}
