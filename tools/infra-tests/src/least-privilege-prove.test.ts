// Tests the proof itself with policies of iam-group, each with a single error.
import type { PolicyStatement } from "@sym/stand-ins/enforcement/policy";
import { expect, test } from "vitest";
import { loadStories } from "./handlers.ts";
import { overlap } from "./least-privilege/overlap.ts";
import { prove } from "./least-privilege/prove.ts";

const iamGroup = (await loadStories()).find(({ handler }) => handler === "iam-group");
const otherRole = "arn:aws:iam::210987654321:role/sym-iam-group";

/** Proves a policy without the slow scene of throttling. */
function proveWith(statements: PolicyStatement[]) {
  if (!iamGroup) throw new Error("iam-group has no story");
  const scenes = iamGroup.scenes.filter(({ name }) => !name.includes("throttling"));
  return prove({ ...iamGroup, scenes }, [{ Version: "2012-10-17", Statement: statements }]);
}

const table = "arn:aws:dynamodb:us-east-1:123456789012:table/sym-iam-group-leases";
const group = "arn:aws:iam::123456789012:group/prod-admins";
const allow = (Action: string | string[], Resource: string | string[]): PolicyStatement => ({
  Effect: "Allow",
  Action,
  Resource,
});
const items = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];
const changes = ["iam:AddUserToGroup", "iam:RemoveUserFromGroup", "iam:GetGroup"];
const query = allow("dynamodb:Query", `${table}/index/due`);
const users = allow(["iam:GetUser", "iam:ListGroupsForUser"], "arn:aws:iam::123456789012:user/*");
const role = allow("sts:AssumeRole", otherRole);
const right = [allow(items, table), query, allow(changes, group), users, role];

const policies: { what: string; statements: PolicyStatement[]; found: string[] }[] = [
  { what: "without errors", statements: right, found: [] },
  {
    what: "with more actions",
    statements: [...right, allow("iam:ListGroups", "*"), allow("iam:DeleteGroup", group)],
    found: ["superfluous iam:ListGroups *", `superfluous iam:DeleteGroup ${group}`],
  },
  {
    what: "with a misspelt action",
    statements: [...right, allow("iam:AddUserToGrp", group)],
    found: [`superfluous iam:AddUserToGrp ${group}`],
  },
  {
    what: "with another group",
    statements: [allow(items, table), query, allow(changes, [group, `${group}-2`]), users, role],
    found: changes.flatMap((action) => [`too wide ${action} ${group}`, `superfluous ${action} ${group}-2`]),
  },
  {
    what: "with the same grant twice",
    statements: [...right, allow("iam:GetGroup", "arn:aws:iam::123456789012:group/prod-admin?")],
    found: [
      `superfluous iam:GetGroup ${group}`,
      "superfluous iam:GetGroup arn:aws:iam::123456789012:group/prod-admin?",
    ],
  },
  {
    what: "for tables whose names begin alike",
    statements: [allow(items, `${table}*`), query, allow(changes, group), users, role],
    found: items.map((action) => `too wide ${action} ${table}*`),
  },
  {
    what: "with a resource that does not fit the action",
    statements: [...right, allow("iam:GetGroup", otherRole)],
    found: [`without effect iam:GetGroup ${otherRole}`],
  },
];
test.runIf(iamGroup).each(policies)("the proof judges a policy $what", async ({ statements, found }) => {
  const proof = await proveWith(statements);
  expect(proof.failures).toEqual([]);
  const others = proof.findings.filter(({ is }) => is !== "needed");
  expect(others.map(({ is, action, resource }) => `${is} ${action} ${resource}`)).toEqual(found);
});

test.runIf(iamGroup)("a missing permission fails every scene that needs the permission", async () => {
  const statements = right.filter((statement) => statement !== role);
  const { failures } = await proveWith(statements);
  expect(failures).toEqual([
    `IAM group in another account: granted and revoked: failed instead of granted: This function is not allowed to call sts:AssumeRole on ${otherRole}; add the action to the policy of its role`,
  ]);
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are AWS's own templates.
const templates: { template: string; resource: string; overlaps: boolean }[] = [
  {
    template: "arn:${Partition}:iam::${Account}:group/${GroupNameWithPath}",
    resource: group,
    overlaps: true,
  },
  { template: "arn:${Partition}:iam::${Account}:group/${GroupNameWithPath}", resource: "*", overlaps: true },
  {
    template: "arn:${Partition}:iam::${Account}:group/${GroupNameWithPath}",
    resource: "arn:aws:iam::*:*",
    overlaps: true,
  },
  {
    template: "arn:${Partition}:iam::${Account}:group/${GroupNameWithPath}",
    resource: "arn:aws:iam::1:group/ops/*",
    overlaps: true,
  },
  {
    template: "arn:${Partition}:iam::${Account}:group/${GroupNameWithPath}",
    resource: "arn:aws:iam::1:user/*",
    overlaps: false,
  },
  {
    template: "arn:${Partition}:iam::${Account}:group/${GroupNameWithPath}",
    resource: "arn:aws:iam::1:gr?up/*s",
    overlaps: true,
  },
  { template: "arn:${Partition}:x:::a/${One}", resource: "arn:aws:x:::a/b/c", overlaps: false },
  { template: "arn:${Partition}:x:::a/${One}", resource: "arn:aws:x:::a/*/c", overlaps: false },
  { template: "arn:${Partition}:x:::a/${One}/c/${Two}", resource: "arn:aws:x:::a/*", overlaps: true },
  { template: "*", resource: group, overlaps: true },
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: these are AWS's own templates.
test.each(templates)("$template and $resource overlap: $overlaps", ({ template, resource, overlaps }) => {
  expect(overlap(template, resource)).toBe(overlaps);
});
