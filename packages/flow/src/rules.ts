import type { Person } from "./person.ts";

/**
 * The members of a rule: people, and Slack user groups by their ids, each list sorted and without repetition. `expandGroups`
 * adds the members of the groups to `people` before a rule is evaluated, so the evaluation reads `people` alone.
 */
export type Members = { people: readonly Person[]; slackUserGroups: readonly string[] };

/** The reason of a request. `pattern` is a regular expression that the reason must contain, and `example` contains a match. */
export type ReasonRule = { required: boolean; ticket: { pattern: string; example: string } | null };

/**
 * A route on which a request is approved at once, without an approver. `longest` in seconds. `message` begins the
 * announcement to the approvers.
 */
type AtOnceRule = { mayAsk: Members; longest: number; reason: ReasonRule; message: string };

/** The rules of one target. Durations in seconds. */
export type TargetRules = {
  /** The key of the target, and its name in the payload to the handler. */
  target: string;
  label: string;
  /** The ARN of the handler's function. */
  functionArn: string;
  settings: Readonly<Record<string, string>>;
  mayAsk: Members;
  mayApprove: Members;
  approvals: 1 | 2;
  /** The durations that a requester may choose, the shortest first. Each route has a cap on this list. */
  durations: readonly number[];
  longest: number;
  reason: ReasonRule;
  /** A request without enough approvals expires after this time. */
  decideWithin: number;
  onCall: AtOnceRule | null;
  breakGlass: AtOnceRule | null;
  /** The id of the Slack channel that asks for decisions; null without Slack. */
  slackChannel: string | null;
  /** A hash of the rules. Two texts of the same rules, in another order or spelling of the e-mails, have the same version. */
  version: string;
  /** The Slack user groups that `expandGroups` could not read. */
  unreadGroups: readonly string[];
};

/** How a request is approved: by approvers, or at once by the rules for on-call people or for breaking the glass. */
export const routes = ["approval", "on-call", "break-glass"] as const;
export type Route = (typeof routes)[number];

/** The rules of a route: who may ask, for how long, and with which reason. */
export type RouteRule = Pick<AtOnceRule, "mayAsk" | "longest" | "reason">;

/** The rules of a route; null if the target does not have the route. */
export function routeRule(rules: TargetRules, route: Route): RouteRule | null {
  if (route === "on-call") return rules.onCall;
  if (route === "break-glass") return rules.breakGlass;
  return rules;
}

/** The durations that a requester may choose on a route. */
export function offeredDurations({ durations }: TargetRules, { longest }: RouteRule): number[] {
  return durations.filter((duration) => duration <= longest);
}

export function isMember({ people }: Members, person: Person): boolean {
  return people.includes(person);
}
