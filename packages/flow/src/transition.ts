// The transitions of a request as pure functions: no input or output, no clock, no randomness.
import { escalateUnanswered, granted, isGrant, notGranted, notRevoked, revoked } from "./handler-answers.ts";
import { approvedAtOnce, question, reminder, sentence, withMessageOnce, withMessages } from "./messages.ts";
import type { AccessRequest, Decision, RecordedAnswer, Status } from "./request.ts";
import { type Next, refuse } from "./verdict.ts";

/** What can happen to a request. `now` of a transition is in milliseconds since the epoch. */
export type RequestEvent =
  /** The handler planned the grant. `refusal`: why the plan ends the request; null if the request goes on. */
  | { type: "plan"; answer: RecordedAnswer; refusal: string | null }
  /** A step waits, and its token wakes it. */
  | { type: "wait"; step: "ask" | "hold"; token: string }
  /** The step with the token no longer waits. */
  | { type: "arrive" }
  /** `isEnough`: with this approval, the rules need no other. */
  | { type: "approve"; decision: Decision; isEnough: boolean }
  | { type: "approve-at-once"; ruleVersion: string; announcement: string }
  | { type: "deny"; decision: Decision }
  | { type: "withdraw"; decision: Decision }
  | { type: "end"; decision: Decision }
  | { type: "expire" }
  /** The rules do not allow the request any more. */
  | { type: "refuse"; refusal: string }
  /** From here on, the requester may have the access. */
  | { type: "grant" }
  | { type: "escalate-answered"; answer: RecordedAnswer }
  | { type: "escalate-unanswered" }
  /** The end of the hold is near. */
  | { type: "remind" }
  /** The time of the hold is over. */
  | { type: "hold-over" }
  /** The engine does not carry the request on. `why` completes "The request stopped, because …". */
  | { type: "stop"; why: string }
  | { type: "deescalate-answered"; answer: RecordedAnswer };

type EventType = RequestEvent["type"];
type EventOf<T extends EventType> = Extract<RequestEvent, { type: T }>;

/** The statuses in which each event can happen. */
const possibleIn: Record<EventType, readonly Status[] | "all"> = {
  plan: ["asked"],
  wait: "all",
  arrive: "all",
  approve: ["asked"],
  "approve-at-once": ["asked"],
  deny: ["asked"],
  withdraw: ["asked", "approved"],
  end: ["approved", "held", "failed"],
  expire: ["asked"],
  refuse: ["asked", "approved"],
  grant: ["approved"],
  "escalate-answered": ["granting"],
  "escalate-unanswered": ["granting"],
  remind: ["held"],
  "hold-over": ["held"],
  stop: ["asked", "approved", "granting", "held", "ending"],
  "deescalate-answered": ["ending"],
};

type Apply = { [T in EventType]: (request: AccessRequest, event: EventOf<T>, now: number) => AccessRequest };

const apply: Apply = {
  plan: (request, { answer, refusal }, now) => {
    const planned = { ...request, answers: { ...request.answers, plan: answer } };
    return refusal === null ? planned : refused(planned, refusal, now);
  },
  wait: (request, { step, token }, now) => {
    const waiting = { ...request, waiting: { step, token, since: now } };
    return step === "ask" && request.status === "asked"
      ? withMessageOnce(waiting, question(request), now)
      : waiting;
  },
  arrive: (request) => ({ ...request, waiting: null }),
  approve: (request, { decision, isEnough }, now) => {
    const decided = withDecision(request, decision);
    return isEnough ? approved(decided, decision.ruleVersion, now) : decided;
  },
  "approve-at-once": (request, { ruleVersion, announcement }, now) =>
    withMessages(approved(request, ruleVersion, now), [approvedAtOnce(request, announcement)], now),
  deny: (request, { decision }, now) =>
    over(withDecision(request, decision), "denied", `${decision.by} denied your request`, now),
  withdraw: (request, { decision }, now) => withdrawn(request, decision, now),
  end: (request, { decision }, now) =>
    request.status === "approved"
      ? withdrawn(request, decision, now)
      : ending(withDecision(request, decision), now),
  expire: (request, _, now) =>
    over(
      request,
      "expired",
      "Too few approvers decided in time; ask again if you still need the access",
      now,
    ),
  refuse: (request, { refusal }, now) => refused(request, refusal, now),
  grant: (request, _, now) => ({
    ...request,
    status: "granting",
    times: { ...request.times, granting: now },
  }),
  "escalate-answered": (request, { answer }, now) => {
    const answered = { ...request, answers: { ...request.answers, escalate: answer } };
    return isGrant(answer)
      ? granted(answered, answer, now)
      : ending(notGranted(answered, answer.message, now), now);
  },
  "escalate-unanswered": (request, _, now) => {
    const { request: tried, isLast } = escalateUnanswered(request, now);
    return isLast ? ending(tried, now) : tried;
  },
  remind: (request, _, now) => withMessageOnce(request, reminder(request), now),
  "hold-over": (request, _, now) => ending(request, now),
  stop: (request, { why }, now) => {
    const text = `Request ${request.id} stopped in status ${request.status}, because ${why}.`;
    const alarmed = withMessageOnce(request, { kind: "stopped", to: "operators", text }, now);
    if (request.status === "ending") return alarmed;
    if (request.status === "granting" || request.status === "held") return ending(alarmed, now);
    return refused(alarmed, "The request could not be carried on, and gave no access; ask again", now);
  },
  "deescalate-answered": (request, { answer }, now) => {
    const answered = { ...request, answers: { ...request.answers, deescalate: answer } };
    return isGrant(answer) ? revoked(answered, answer, now) : notRevoked(answered, now);
  },
};

/** The record after an event; a refusal if the event cannot happen in the status of the request. */
export function transition(request: AccessRequest, event: RequestEvent, now: number): Next {
  const possible = possibleIn[event.type];
  if (possible !== "all" && !possible.includes(request.status))
    return refuse(`Request ${request.id} ${phrases[request.status]}`);
  const next = (apply[event.type] as Apply[EventType])(request, event as never, now);
  return { ok: true, request: { ...next, times: { ...next.times, changed: now } } };
}

const phrases: Record<Status, string> = {
  asked: "still waits for approval; approve, deny or withdraw the request",
  approved: "is approved already, and its grant is about to begin",
  denied: "was denied",
  expired: "has expired without enough approvals",
  withdrawn: "was withdrawn",
  refused: "was refused, and gave no access",
  granting: "is being granted; try again in a minute",
  held: "is granted already; end the request to revoke the access",
  ending: "is being ended already",
  ended: "has ended",
  failed: "could not be ended; end the request to try again",
};

function withDecision(request: AccessRequest, decision: Decision): AccessRequest {
  return { ...request, decisions: [...request.decisions, decision] };
}

function approved(request: AccessRequest, approvedUnder: string | null, now: number): AccessRequest {
  return { ...request, status: "approved", approvedUnder, times: { ...request.times, approved: now } };
}

function withdrawn(request: AccessRequest, decision: Decision, now: number): AccessRequest {
  const text = `${decision.by} withdrew your request before the grant`;
  return over(withDecision(request, decision), "withdrawn", text, now);
}

function refused(request: AccessRequest, refusal: string, now: number): AccessRequest {
  return over(request, "refused", refusal, now);
}

/** A final status of a request that gave no access; the requester is told why. */
function over(
  request: AccessRequest,
  status: "denied" | "expired" | "withdrawn" | "refused",
  why: string,
  now: number,
): AccessRequest {
  const text = sentence(`Your request for ${request.access.label} is over, without a grant: ${why}`);
  const ended = { ...request, status, times: { ...request.times, over: now } };
  return withMessages(ended, [{ kind: status, to: "requester", text }], now);
}

/** The time for the end begins anew, also after a person ends a failed request. */
function ending(request: AccessRequest, now: number): AccessRequest {
  return { ...request, status: "ending", times: { ...request.times, ending: now, over: null } };
}
