import { hasEnoughApprovals, mayApprove, mayDeny, mayEnd, ownRequest } from "./evaluate.ts";
import { type AccessRequest, type Decision, wereAsked } from "./request.ts";
import type { TargetRules } from "./rules.ts";
import { type RequestEvent, transition } from "./transition.ts";
import { type Next, type Refusal, refuse } from "./verdict.ts";

/** What a person decides, and by which door. */
export type PersonsDecision = Pick<Decision, "by" | "account" | "door" | "what">;

/**
 * The record after a person's decision under the present rules, or the refusal. The same person's same decision, by any door,
 * is one decision, and its repetition changes nothing. An account in Slack is one person, also with another e-mail. `now` in milliseconds since the epoch.
 */
export function decide(
  rules: TargetRules | undefined,
  request: AccessRequest,
  decision: PersonsDecision,
  now: number,
): Next {
  const refusal = refusalOf(rules, request, decision);
  if (isRepeated(request, decision) && (decision.what !== "end" || refusal === undefined))
    return { ok: true, request };
  if (refusal !== undefined) return refusal;
  const isLate = request.status === "asked" && now >= request.times.decideBy;
  if (isLate && decision.what !== "withdraw")
    return refuse(`The time for decisions about request ${request.id} is over; ask again`);
  if (decision.what === "approve" && request.status === "asked" && !wereAsked(request))
    return refuse(`Request ${request.id} is not ready for approval; try again in a minute`);
  const version = rules?.version ?? null;
  const event = eventOf({ ...decision, at: now, ruleVersion: version }, rules, request);
  return transition(request, event, now);
}

function isRepeated({ status, decisions }: AccessRequest, { by, account, what }: PersonsDecision): boolean {
  if (what === "end") return status === "ending" || status === "ended";
  return decisions.some((made) => made.what === what && (made.by === by || isSame(made.account, account)));
}

function isSame(account: string | undefined, other: string | undefined): boolean {
  return account !== undefined && account === other;
}

function refusalOf(
  rules: TargetRules | undefined,
  request: AccessRequest,
  { by, account, what }: PersonsDecision,
): Refusal | undefined {
  if (what === "approve" && isSame(request.account, account)) return ownRequest;
  if (what === "withdraw") {
    if (by === request.requester) return undefined;
    return refuse(`Only ${request.requester} may withdraw request ${request.id}; deny or end the request`);
  }
  const may = { approve: mayApprove, deny: mayDeny, end: mayEnd }[what];
  const allowed = may(rules, request, by);
  return allowed.ok ? undefined : allowed;
}

function eventOf(decision: Decision, rules: TargetRules | undefined, request: AccessRequest): RequestEvent {
  if (decision.what !== "approve") return { type: decision.what, decision };
  const decisions = [...request.decisions, decision];
  const isEnough = rules !== undefined && hasEnoughApprovals(rules, { ...request, decisions });
  return { type: "approve", decision, isEnough };
}
