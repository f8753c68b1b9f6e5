import type { Person } from "./person.ts";
import {
  isMember,
  offeredDurations,
  type ReasonRule,
  type Route,
  routeRule,
  routes,
  type TargetRules,
} from "./rules.ts";

/** What a person may ask for at a target. Durations in seconds. */
export type Offer = {
  target: string;
  label: string;
  approvals: 1 | 2;
  decideWithin: number;
  routes: { route: Route; durations: number[]; reason: ReasonRule }[];
};

/** The offer of a target to a person; undefined if the person may not ask for the target on any route. */
export function offerTo(person: Person, rules: TargetRules): Offer | undefined {
  const { target, label, approvals, decideWithin } = rules;
  const offered = routes.flatMap((route) => {
    const rule = routeRule(rules, route);
    if (rule === null || !isMember(rule.mayAsk, person)) return [];
    return [{ route, durations: offeredDurations(rules, rule), reason: rule.reason }];
  });
  return offered.length === 0 ? undefined : { target, label, approvals, decideWithin, routes: offered };
}
