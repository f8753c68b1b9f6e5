import type { Rule } from "./policy.ts";

export type Decision = "allowed" | "not-allowed" | "denied";

/**
 * Decides as IAM does for the policies of one identity: an explicit deny is final, and no allow is a deny.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(rules: Rule[], action: string, arn: string): Decision {
  const matching = rules.filter((rule) => rule.matchesAction(action) && rule.matchesResource(arn));
  if (matching.some(({ effect }) => effect === "Deny")) return "denied";
  return matching.length > 0 ? "allowed" : "not-allowed";
}
