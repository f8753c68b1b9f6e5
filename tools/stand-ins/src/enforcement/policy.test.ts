import { expect, onTestFinished, test } from "vitest";
import { startSandbox } from "../sandbox.ts";
import { everyCall, seed, send } from "./calls.test-support.ts";
import type { PolicyDocument } from "./policy.ts";

const group = "arn:aws:iam::123456789012:group/ops/prod-admins";

async function open() {
  const sandbox = await startSandbox();
  onTestFinished(sandbox.close);
  const getGroup = everyCall(seed(sandbox)).find(({ action }) => action === "GetGroup");
  if (!getGroup) throw new Error("GetGroup is one of the calls");
  return { sandbox, ask: async () => (await send(sandbox, getGroup)).status };
}

const patterns: { action: string; resource: string; status: 200 | 403 }[] = [
  { action: "iam:GetGroup", resource: group, status: 200 },
  { action: "IAM:getgroup", resource: group, status: 200 },
  { action: "iam:Get*", resource: group, status: 200 },
  { action: "iam:Get?roup", resource: group, status: 200 },
  { action: "iam:GetGrou", resource: group, status: 403 },
  { action: "iam:GetGroup?", resource: group, status: 403 },
  { action: "iam:GetGroup", resource: "arn:aws:iam::123456789012:group/ops/prod.admins", status: 403 },
  { action: "*", resource: "*", status: 200 },
  { action: "iam:GetGroup", resource: group.toUpperCase(), status: 403 },
  { action: "iam:GetGroup", resource: "arn:aws:iam::123456789012:group/prod-admins", status: 403 },
  { action: "iam:GetGroup", resource: "arn:aws:iam::123456789012:group/*", status: 200 },
  { action: "iam:GetGroup", resource: "arn:aws:iam::123456789012:group/ops/prod?admins", status: 200 },
  { action: "iam:GetGroup", resource: "arn:aws:iam::123456789012:group/ops/prod-admin", status: 403 },
  { action: "iam:GetGroup", resource: `${group}?`, status: 403 },
  { action: "iam:GetGroup", resource: `${group}*`, status: 200 },
  { action: "iam:GetGroup", resource: "arn:aws:iam::*:group/ops/prod-admins", status: 200 },
  { action: "iam:GetGroup", resource: "arn:aws:iam::210987654321:group/ops/prod-admins", status: 403 },
  { action: "iam:GetGroup", resource: "arn:*:iam::123456789012:*", status: 200 },
  { action: "iam:GetGroup", resource: "arn:aws:*:::123456789012:group/ops/prod-admins", status: 403 },
];
test.each(patterns)(
  "$action on $resource answers GetGroup with $status",
  async ({ action, resource, status }) => {
    const { sandbox, ask } = await open();
    const Statement = [{ Effect: "Allow" as const, Action: ["s3:*", action], Resource: [resource] }];
    sandbox.enforce(sandbox.executionRole, [{ Version: "2012-10-17", Statement }]);
    expect(await ask()).toBe(status);
  },
);

const statement = { Effect: "Allow", Action: "iam:GetGroup", Resource: group };
const policy = (change: object) => ({ Version: "2012-10-17", Statement: { ...statement, ...change } });
const refused: { what: string; document: unknown; problem: string }[] = [
  {
    what: "a condition",
    document: policy({ Condition: {} }),
    problem: "the element Condition of a statement",
  },
  { what: "NotAction", document: policy({ NotAction: "iam:GetUser" }), problem: "the element NotAction" },
  { what: "a principal", document: policy({ Principal: "*" }), problem: "the element Principal" },
  { what: "no action", document: policy({ Action: undefined }), problem: "nothing as a list" },
  { what: "no resource", document: policy({ Resource: [] }), problem: "[] as a list" },
  { what: "an action without a service", document: policy({ Action: "GetGroup" }), problem: '"GetGroup"' },
  {
    what: "a pattern of another kind",
    document: policy({ Action: "iam:Get.roup" }),
    problem: "iam:Get.roup",
  },
  { what: "half an ARN", document: policy({ Resource: "arn:aws:iam" }), problem: '"arn:aws:iam"' },
  {
    what: "a variable",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is a variable of IAM.
    document: policy({ Resource: "arn:aws:iam::123456789012:user/${aws:username}" }),
    problem: "the variable in",
  },
  { what: "an unknown effect", document: policy({ Effect: "Permit" }), problem: '"Permit"' },
  { what: "the older version", document: { ...policy({}), Version: "2008-10-17" }, problem: '"2008-10-17"' },
  { what: "another element", document: { ...policy({}), Rules: [] }, problem: "the element Rules" },
  { what: "text", document: "{}", problem: 'A policy that is "{}"' },
];
test.each(refused)("a policy with $what is refused as a whole", async ({ document, problem }) => {
  const { sandbox, ask } = await open();
  expect(() => sandbox.enforce(sandbox.executionRole, [document as PolicyDocument])).toThrow(problem);
  expect(await ask()).toBe(200);
});
