import {
  formatDuration,
  isMember,
  offeredDurations,
  type Person,
  routeRule,
  routes,
  type TargetRules,
} from "@sym/flow";
import { flowInAws } from "../deps.ts";
import type { Answer } from "./http.ts";

/** The targets that a person may ask for, with the part of their rules that a request needs. */
export async function listTargets(person: Person): Promise<Answer> {
  const all = await flowInAws().rules.all();
  const targets = all.map((rules) => targetFor(person, rules)).filter(({ routes }) => routes.length > 0);
  return { status: 200, body: { targets } };
}

function targetFor(person: Person, rules: TargetRules) {
  const { target, label, approvals, decideWithin } = rules;
  return {
    target,
    label,
    routes: routes.flatMap((route) => {
      const rule = routeRule(rules, route);
      if (rule === null || !isMember(rule.mayAsk, person)) return [];
      const { required, ticket } = rule.reason;
      return {
        route,
        durations: offeredDurations(rules, rule).map(formatDuration),
        reason: { required, ticket: ticket && { example: ticket.example } },
        ...(route === "approval" && { approvals, decide_within: formatDuration(decideWithin) }),
      };
    }),
  };
}
