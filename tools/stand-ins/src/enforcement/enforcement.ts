import { AwsError } from "../aws/aws-error.ts";
import { refusalMessage } from "../aws/refusal-message.ts";
import type { Authorization, Caller, Operation } from "../aws/service.ts";
import type { Need } from "../kernel/call.ts";
import type { SandboxState } from "../sandbox-state.ts";
import { decide } from "./decide.ts";
import { needsOf } from "./needs.ts";
import { type PolicyDocument, type Rule, readPolicy } from "./policy.ts";

export type Enforcement = {
  /** Replaces the role's policies. Throws for a policy that cannot be applied in full. */
  enforce(roleArn: string, policies: PolicyDocument[]): void;
  clear(): void;
  /** Undefined for a role without policies, which may do everything. */
  authorize(service: string, operation: Operation, caller: Caller, region: string): Authorization | undefined;
};

export function createEnforcement(state: () => SandboxState): Enforcement {
  const roles = new Map<string, Rule[]>();
  return {
    enforce: (roleArn, policies) => {
      roles.set(roleArn, policies.flatMap(readPolicy));
    },
    clear: () => roles.clear(),
    authorize: (service, operation, caller, region) => {
      const rules = roles.get(caller.roleArn);
      if (!rules) return undefined;
      const needs = needsOf(service, { operation, caller, region, state: state() });
      const [first] = needs.flatMap((need) => refusals(rules, need, caller));
      return { needs, refusal: first === undefined ? undefined : new AwsError(403, "AccessDenied", first) };
    },
  };
}

/** The policies must allow all resources of a call; the refusal names the first resource without an allow. */
function refusals(rules: Rule[], { action, resources }: Need, caller: Caller): string[] {
  return resources.flatMap((resource) => {
    const decision = decide(rules, action, resource.arn);
    if (decision === "allowed") return [];
    return [refusalMessage({ caller, action, on: resource.said ?? resource.arn, decision })];
  });
}
