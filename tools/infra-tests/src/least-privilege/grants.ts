import type { PolicyDocument, PolicyStatement } from "@sym/stand-ins/enforcement/policy";

/** The smallest part of a policy: one action on one resource, both as written in the policy. */
export type Grant = { action: string; resource: string };

export function grantsOf(policies: PolicyDocument[]): Grant[] {
  return allowing(policies).flatMap(({ Action, Resource }) =>
    list(Action).flatMap((action) => list(Resource).map((resource) => ({ action, resource }))),
  );
}

/** The policies without this grant. */
export function without(policies: PolicyDocument[], { action, resource }: Grant): PolicyDocument[] {
  const left = grantsOf(policies).filter((grant) => grant.action !== action || grant.resource !== resource);
  const allow = left.map(({ action, resource }) => ({
    Effect: "Allow" as const,
    Action: action,
    Resource: resource,
  }));
  return [{ Version: "2012-10-17", Statement: [...allow, ...statementsOf(policies).filter(isDeny)] }];
}

function allowing(policies: PolicyDocument[]): PolicyStatement[] {
  return statementsOf(policies).filter((statement) => !isDeny(statement));
}

function statementsOf(policies: PolicyDocument[]): PolicyStatement[] {
  return policies.flatMap(({ Statement }) => Statement);
}

function isDeny({ Effect }: PolicyStatement): boolean {
  return Effect === "Deny";
}

function list(value: string | string[]): string[] {
  return typeof value === "string" ? [value] : value;
}
