import { formatDuration } from "./duration.ts";
import { offeredDurations, type RouteRule, type TargetRules } from "./rules.ts";

/** The sentences about rules that are well formed, and by which some requester could never get the access. */
export function unfulfillable(rules: TargetRules): string[] {
  return [
    ...tooFewApprovers(rules),
    ...noDuration("longest", rules, rules),
    ...(rules.onCall ? noDuration("on_call.longest", rules, rules.onCall) : []),
    ...(rules.breakGlass ? noDuration("break_glass.longest", rules, rules.breakGlass) : []),
  ];
}

/** The members of a Slack user group are not known here, so rules with a group of approvers pass. */
function tooFewApprovers({ mayAsk, mayApprove, approvals }: TargetRules): string[] {
  if (mayApprove.slackUserGroups.length > 0) return [];
  const stuck = mayAsk.people.find(
    (requester) => mayApprove.people.filter((approver) => approver !== requester).length < approvals,
  );
  if (stuck === undefined) return [];
  const others = mayApprove.people.filter((approver) => approver !== stuck).length;
  return [
    `may_approve has ${others} people besides ${stuck}, but approvals is ${approvals} and nobody approves an own request; add approvers, or remove ${stuck} from may_ask`,
  ];
}

function noDuration(field: string, rules: TargetRules, route: RouteRule): string[] {
  const [shortest] = rules.durations;
  if (shortest === undefined || offeredDurations(rules, route).length > 0) return [];
  return [
    `${field} is ${formatDuration(route.longest)}, but the shortest of durations is ${formatDuration(shortest)}; raise ${field}, or add a shorter duration`,
  ];
}
