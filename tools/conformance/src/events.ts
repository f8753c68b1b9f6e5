import { testPayload } from "@sym/test-payloads/payloads";

/** What makes one event different from the others. `run` is the number of the request, 1 unless given, or its id. */
export type EventDetails = {
  person?: string;
  run?: number | string;
  settings?: Record<string, string>;
  /** How long the access was approved for; escalate only. */
  seconds?: number;
};

/** The people of the scenes. Nobody is `stranger` in any system. */
export const robin = "robin.requester@example.com";
export const sam = "sam.second@example.com";
export const stranger = "nobody.known@example.com";
/** Who approves the requests, and must never get access by that. */
export const approver = "alex.approver@example.com";

export const defaultFunctionArn: string = testPayload("escalate.json").fields.target.settings.arn;

/** What a person wrote into the request; no business of any log. */
export const reason: string = testPayload("escalate.json").fields.reason;

/** The event that a schedule sends. */
export const sweepEvent = { event: { type: "sweep" } };

/** An event of Sym for the target with these settings. */
export function eventOf(
  type: "escalate" | "deescalate",
  functionArn: string,
  { person = robin, run = 1, settings = {}, seconds }: EventDetails & { settings: Record<string, string> },
): unknown {
  const payload = testPayload(`${type}.json`);
  payload.run.srn = payload.run.srn.replace(/[^:]*$/, runId(run));
  payload.run.actors.request.username = person;
  payload.fields.target.settings = { ...settings, arn: functionArn };
  if (seconds !== undefined) payload.fields.duration = seconds;
  return payload;
}

// New ones in each suite: a deployed function remembers closed runs.
const start = crypto.randomUUID().slice(0, 23);

function runId(run: number | string): string {
  if (typeof run === "string") return run;
  return `${start}-${String(run).padStart(12, "0")}`;
}
