// Evaluates a target's rules: when a person asks, at each decision, and before the grant. Pure functions.
import { formatDuration } from "./duration.ts";
import type { Person } from "./person.ts";
import type { AccessRequest, Asked } from "./request.ts";
import {
  isMember,
  type Members,
  offeredDurations,
  type ReasonRule,
  type Route,
  routeRule,
  type TargetRules,
} from "./rules.ts";
import { type Allowed, type Refusal, refuse, refuseForNow } from "./verdict.ts";

/** The rules of a target; undefined if the target has none, or has none any more. */
type Rules = TargetRules | undefined;

const longestReason = 1_000;

/** An approval counts for this long. A grant that an outage has delayed for longer needs a new request. */
const approvalCountsMs = 60 * 60 * 1_000;

const verbs: Record<Route, string> = {
  approval: "ask for",
  "on-call": "take, as on-call,",
  "break-glass": "break the glass for",
};

/** Whether the rules let the person ask. */
export function mayAsk(rules: Rules, { target, requester, duration, reason, route }: Asked): Allowed {
  if (rules === undefined) return noRules(target);
  const { label } = rules;
  const rule = routeRule(rules, route);
  if (rule === null) return refuse(`${label} has no rule for ${route}; ask on the route approval`);
  if (!isMember(rule.mayAsk, requester))
    return (
      unread(rules, rule.mayAsk) ??
      refuse(
        `${requester} may not ${verbs[route]} ${label}; have this e-mail added to may_ask in the target's rules`,
      )
    );
  const offered = offeredDurations(rules, rule);
  if (!offered.includes(duration))
    return refuse(
      `${label} is not offered for ${formatDuration(duration)}; choose ${offered.map(formatDuration).join(", ")}`,
      "duration",
    );
  return faultInReason(reason, rule.reason, label) ?? { ok: true, rules };
}

function faultInReason(reason: string, rule: ReasonRule, label: string): Refusal | undefined {
  if (reason.length > longestReason)
    return refuse(`The reason has more than ${longestReason} characters; shorten the reason`, "reason");
  if (rule.required && reason.trim() === "")
    return refuse(`${label} needs a reason; give a reason`, "reason");
  if (rule.ticket !== null && !new RegExp(rule.ticket.pattern, "u").test(reason))
    return refuse(
      `${label} needs a reason with a ticket; give a reason such as ${rule.ticket.example}`,
      "reason",
    );
  return undefined;
}

export const ownRequest = refuse("Nobody approves an own request; ask another approver");

/** Whether the rules let the person approve the request. */
export function mayApprove(rules: Rules, request: AccessRequest, by: Person): Allowed {
  if (rules === undefined) return noRules(request.target);
  if (by === request.requester) return ownRequest;
  if (!isMember(rules.mayApprove, by))
    return (
      unread(rules, rules.mayApprove) ??
      refuse(
        `${by} may not approve requests for ${rules.label}; have this e-mail added to may_approve in the target's rules`,
      )
    );
  return mayStillAsk(rules, request);
}

/** Whether the rules let the person deny the request. */
export function mayDeny(rules: Rules, request: AccessRequest, by: Person): Allowed {
  if (rules === undefined) return noRules(request.target);
  if (by === request.requester)
    return refuse("A requester does not deny an own request; withdraw the request");
  if (isMember(rules.mayApprove, by)) return { ok: true, rules };
  return (
    unread(rules, rules.mayApprove) ??
    refuse(`${by} may not deny requests for ${rules.label}; ask an approver of the target`)
  );
}

/** Whether the person may end the access early: the requester, a present approver, or a person who approved the request. */
export function mayEnd(rules: Rules, request: AccessRequest, by: Person): { ok: true } | Refusal {
  const isApprover = rules !== undefined && isMember(rules.mayApprove, by);
  if (by === request.requester || isApprover || approversOf(request).includes(by)) return { ok: true };
  return (
    (rules && unread(rules, rules.mayApprove)) ??
    refuse(
      `${by} may not end the access of ${request.requester}; ask the requester or an approver of the target`,
    )
  );
}

/**
 * Whether the present rules let the flow grant an approved request. The rules may have changed since the approval: the grant
 * needs the same access, a requester who may still ask, and enough approvals by people who may still approve. `now` in
 * milliseconds since the epoch.
 */
export function mayGrant(rules: Rules, request: AccessRequest, now: number): Allowed {
  const { approved } = request.times;
  if (approved === null || now >= approved + approvalCountsMs)
    return refuse(`The approval is older than ${approvalCountsMs / 60_000} minutes; ask again`);
  const allowed = mayStillAsk(rules, request);
  if (!allowed.ok || request.route !== "approval" || hasEnoughApprovals(allowed.rules, request))
    return allowed;
  return (
    unread(allowed.rules, allowed.rules.mayApprove) ??
    refuse(
      `The rules of ${allowed.rules.label} have changed since the approval, and need other approvals; ask again`,
    )
  );
}

/** The refusal if a group of the members could not be read: such a group has no members, until it can be read. */
function unread({ unreadGroups }: TargetRules, { slackUserGroups }: Members): Refusal | undefined {
  const group = slackUserGroups.find((one) => unreadGroups.includes(one));
  if (group === undefined) return undefined;
  return refuseForNow(
    `Slack user group ${group} cannot be read now, so its members count for nothing; try again in a minute, or ask a person whom the rules name by e-mail`,
  );
}

/** Whether enough different people approved who may approve under these rules. */
export function hasEnoughApprovals(rules: TargetRules, request: AccessRequest): boolean {
  const valid = approversOf(request).filter(
    (person) => person !== request.requester && isMember(rules.mayApprove, person),
  );
  return valid.length >= rules.approvals;
}

/** The people who approved, each once, in the order of their approvals. */
export function approversOf({ decisions }: AccessRequest): Person[] {
  return [...new Set(decisions.filter(({ what }) => what === "approve").map(({ by }) => by))];
}

/** Whether the rules still mean the access of the request, and still let the requester ask. */
export function mayStillAsk(rules: Rules, request: AccessRequest): Allowed {
  if (rules === undefined) return noRules(request.target);
  const { functionArn, settings } = request.access;
  const isSame = functionArn === rules.functionArn && textOf(settings) === textOf(rules.settings);
  if (isSame) return mayAsk(rules, request);
  return refuse(`Target ${rules.target} means another access than at the time of the request; ask again`);
}

function textOf(settings: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function noRules(target: string): Refusal {
  return refuse(`There is no target ${target}; choose one of the listed targets`);
}
