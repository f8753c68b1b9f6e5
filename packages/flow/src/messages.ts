// The messages of a request: what people are told, in plain text. A message is part of the record until the end of the
// record's life, so that a message that could not be told is told later, and people can read later what was told.
import { formatDuration } from "./duration.ts";
import type { AccessRequest, Message } from "./request.ts";

type NewMessage = Pick<Message, "kind" | "to" | "text">;

/** Adds messages, in order. */
export function withMessages(request: AccessRequest, added: NewMessage[], now: number): AccessRequest {
  const messages = added.map(
    (message): Message => ({
      ...message,
      at: now,
      told: null,
      toldIn: [],
      problem: null,
    }),
  );
  return { ...request, messages: [...request.messages, ...messages] };
}

/** Adds a message, unless the request already has a message of its kind since `since`. */
export function withMessageOnce(
  request: AccessRequest,
  added: NewMessage,
  now: number,
  since = 0,
): AccessRequest {
  const isThere = request.messages.some(({ kind, at }) => kind === added.kind && at >= since);
  return isThere ? request : withMessages(request, [added], now);
}

/** Asks the approvers for a decision. */
export function question(request: AccessRequest): NewMessage {
  const { plan } = request.answers;
  const text = `${summary(request)} ${reasonOf(request)} ${plan?.message || "There is no plan: the handler did not answer."} Approve or deny request ${request.id} until ${utc(request.times.decideBy)}.`;
  return { kind: "asked", to: "approvers", text };
}

/** The loud message of a request that the rules approve at once. `announcement` is the rules' own message. */
export function approvedAtOnce(request: AccessRequest, announcement: string): NewMessage {
  const by = request.route === "on-call" ? "as on-call" : "by breaking the glass";
  const text = `${announcement} ${summary(request)} The rules approved the request at once, ${by}. ${reasonOf(request)} End the access early with request ${request.id}.`;
  return { kind: "approved-at-once", to: "everyone", text };
}

/** Reminds the requester of the end. */
export function reminder({ access, times }: AccessRequest): NewMessage {
  const text = `Your access to ${access.label} ends at ${utc(times.holdUntil ?? 0)}. To keep the access without a gap, ask again now: the new request needs its own approval.`;
  return { kind: "reminder", to: "requester", text };
}

/** `12:30 UTC` with its date. */
function utc(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function summary({ requester, access, duration }: AccessRequest): string {
  return `${requester} asks for ${access.label} for ${formatDuration(duration)}.`;
}

function reasonOf({ reason }: AccessRequest): string {
  return reason === "" ? "No reason was given." : sentence(`Reason: ${reason}`);
}

/** A text with its full stop; a handler's or a person's text may have its own. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
