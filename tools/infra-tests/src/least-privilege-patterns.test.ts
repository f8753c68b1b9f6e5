// Compares the sandbox's evaluation of wildcards and denials with iam-simulate's.
import type { PolicyDocument, PolicyStatement } from "@sym/stand-ins/enforcement/policy";
import { expect, test } from "vitest";
import { compare, fetchSimulator } from "./least-privilege/second-opinion.ts";

const simulator = await fetchSimulator().catch((error: Error) => error);
if (simulator instanceof Error)
  process.stderr.write(
    `SKIPPED: the comparison of wildcards with iam-simulate, because ${simulator.message}\n`,
  );

test.runIf(process.env["CI"])("iam-simulate is installed in CI", () => {
  expect(simulator, "npm fetches iam-simulate").not.toBeInstanceOf(Error);
});

const group = "arn:aws:iam::123456789012:group/ops/prod-admins";
const table = "arn:aws:dynamodb:us-east-1:123456789012:table/sym-iam-group-leases";
const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:sym/app-AbCdEf";

const asked = [
  ["iam:GetGroup", group],
  ["iam:RemoveUserFromGroup", group],
  ["iam:GetGroup", "arn:aws:iam::123456789012:group/ops/prod-admins-2"],
  ["iam:GetGroup", "arn:aws:iam::210987654321:group/ops/prod-admins"],
  ["dynamodb:Query", table],
  ["dynamodb:Query", `${table}/index/due`],
  ["dynamodb:GetItem", table],
  ["secretsmanager:GetSecretValue", secret],
  ["secretsmanager:GetSecretValue", secret.replace("AbCdEf", "AbCdEfG")],
  ["secretsmanager:GetSecretValue", secret.replace("AbCdEf", "more-AbCdEf")],
] as const;

const allow = (Action: string, Resource: string): PolicyStatement => ({ Effect: "Allow", Action, Resource });
const deny = (Action: string, Resource: string): PolicyStatement => ({ Effect: "Deny", Action, Resource });

const statements: PolicyStatement[][] = [
  [allow("iam:GetGroup", group)],
  [allow("IAM:getgroup", group)],
  [allow("iam:Get*", group)],
  [allow("iam:Get?roup", group)],
  [allow("iam:GetGroup?", group)],
  [allow("*", "*")],
  [allow("iam:*", group.toUpperCase())],
  [allow("iam:*", `${group}?`)],
  [allow("iam:*", `${group}*`)],
  [allow("iam:*", "arn:aws:iam::*:group/ops/prod?admins")],
  [allow("iam:*", "arn:*:iam::123456789012:*")],
  [allow("iam:*", "arn:aws:*::123456789012:*admins")],
  [allow("iam:*", "arn:aws:iam::123456789012:group/prod-admins")],
  [allow("dynamodb:Query", table)],
  [allow("dynamodb:Query", `${table}/index/*`)],
  [allow("dynamodb:*", `${table}*`)],
  [allow("secretsmanager:GetSecretValue", secret.replace("AbCdEf", "??????"))],
  [allow("secretsmanager:GetSecretValue", secret.replace("AbCdEf", "*"))],
  [allow("*", "*"), deny("iam:Get*", group)],
  [allow("*", "*"), deny("*", "arn:aws:dynamodb:*:*:table/*/index/*")],
  [allow("iam:GetGroup", group), deny("iam:GetUser", group)],
];

function titleOf(statement: PolicyStatement[]): string {
  return statement.map(({ Effect, Action, Resource }) => `${Effect} ${Action} on ${Resource}`).join(", ");
}

test
  .runIf(typeof simulator === "string")
  .each(statements.map((Statement) => ({ Statement, title: titleOf(Statement) })))(
  "$title",
  async ({ Statement }) => {
    const policies: PolicyDocument[][] = [[{ Version: "2012-10-17", Statement }]];
    const cases = asked.map(([action, arn]) => ({
      action,
      arn,
      account: arn.split(":")[4] ?? "",
      held: 0,
    }));
    const opinions = await compare(String(simulator), { policies, cases });
    expect(opinions.map(({ theirs, action, arn }) => [action, arn, theirs])).toEqual(
      opinions.map(({ ours, action, arn }) => [action, arn, ours]),
    );
  },
);
