// The next status of a request, by the handler's answer or its absence. Pure functions.
import { withMessageOnce, withMessages } from "./messages.ts";
import type { AccessRequest, RecordedAnswer } from "./request.ts";

/** The handler is invoked this often for the grant; after that, the flow ends what the handler may have granted. */
const mostEscalates = 4;
/** The requester is reminded of the end this long before the end. */
const longestReminderMs = 15 * 60 * 1_000;
const shortestReminderMs = 60 * 1_000;
/** The operators are told of an end that takes longer. */
const lateAfterMs = 60 * 60 * 1_000;
/** The flow gives up an end after this time; the handler's own sweep goes on. */
const giveUpAfterMs = 24 * 60 * 60 * 1_000;

/** Whether the handler did what it was asked to do. Also for the answer to a deescalate. */
export function isGrant({ errors, outcome }: RecordedAnswer): boolean {
  return errors.length === 0 && outcome !== "refused" && outcome !== "failed";
}

/**
 * The hold lasts until the handler's own end, and no longer than the approved duration. A handler without an end of its own,
 * which grants what the requester already has, gets the approved duration.
 */
export function granted(
  request: AccessRequest,
  { message, expiresAt }: RecordedAnswer,
  now: number,
): AccessRequest {
  const durationMs = request.duration * 1_000;
  const holdUntil = Math.min(
    expiresAt ?? Number.POSITIVE_INFINITY,
    (expiresAt === null ? (request.times.granting ?? now) : now) + durationMs,
  );
  const remindAt = reminderOf(now, holdUntil);
  const times = { ...request.times, held: now, holdUntil, remindAt };
  const held = { ...request, status: "held" as const, times };
  const text = message || `You have access to ${request.access.label}; the handler said nothing more.`;
  return withMessages(held, [{ kind: "held", to: "requester", text }], now);
}

/** In the last quarter of the hold, and not earlier than a quarter of an hour before its end. */
function reminderOf(now: number, holdUntil: number): number | null {
  const leadMs = Math.min((holdUntil - now) / 4, longestReminderMs);
  return leadMs < shortestReminderMs ? null : Math.floor(holdUntil - leadMs);
}

/** Tells the requester that the grant failed. An outlet takes no empty text, and a handler may answer without a message. */
export function notGranted(request: AccessRequest, message: string, now: number): AccessRequest {
  const text =
    message ||
    `The handler did not grant ${request.access.label}; request ${request.id} has the handler's errors.`;
  return withMessages(request, [{ kind: "not-granted", to: "requester", text }], now);
}

/** Counts an escalate without a useful answer. `isLast`: the flow does not try again. */
export function escalateUnanswered(request: AccessRequest, now: number) {
  const escalate = request.attempts.escalate + 1;
  const tried = { ...request, attempts: { ...request.attempts, escalate } };
  if (escalate < mostEscalates) return { request: tried, isLast: false };
  const text = `The handler of ${request.access.label} did not answer, so you may or may not have access; the flow now ends the access.`;
  return { request: notGranted(tried, text, now), isLast: true };
}

/** The handler has ended the access of this request. */
export function revoked(request: AccessRequest, { message }: RecordedAnswer, now: number): AccessRequest {
  const ended = { ...request, status: "ended" as const, times: { ...request.times, over: now } };
  const text = message || `Your access to ${request.access.label} by this request has ended.`;
  return withMessages(ended, [{ kind: "ended", to: "requester", text }], now);
}

/** Counts a deescalate that did not end the access: tells the operators after an hour, and gives up after a day. */
export function notRevoked(request: AccessRequest, now: number): AccessRequest {
  const deescalate = request.attempts.deescalate + 1;
  const tried = { ...request, attempts: { ...request.attempts, deescalate } };
  const since = request.times.ending ?? now;
  const what = `${request.requester}'s access to ${request.access.label} by request ${request.id}`;
  if (now >= since + giveUpAfterMs) {
    const text = `The flow could not end ${what} for a day, and gives up. The access may still be there: read the handler's log, revoke the access in the target system, then end the request again.`;
    const failed = { ...tried, status: "failed" as const, times: { ...tried.times, over: now } };
    return withMessages(failed, [{ kind: "failed", to: "everyone", text }], now);
  }
  if (now < since + lateAfterMs) return tried;
  const text = `The flow could not end ${what} for an hour, and tries on. Read the handler's log, and see to its errors.`;
  return withMessageOnce(tried, { kind: "late", to: "operators", text }, now, since);
}
