// One person by two doors, and user groups that decide.

import { role } from "@sym/flow-functions/flow-account.test-support";
import { httpApiEvent } from "@sym/stand-ins/api-gateway";
import { expect, test } from "vitest";
import { openWorkspace, type Workspace } from "./workspace.test-support.ts";

/** Calls the flow's API, as the commands do. */
async function call({ account }: Workspace, name: string, path: string, body: object = {}) {
  const url = new URL(path, "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com");
  const caller = { arn: `${role}/${name}@example.com`, accessKeyId: "AKIAIOSFODNN7EXAMPLE" };
  const event = httpApiEvent({ method: "POST", url, headers: {}, body: JSON.stringify(body) }, caller);
  const { payload } = await account.invoke("api", event);
  const { statusCode, body: text } = payload as { statusCode: number; body: string };
  return { status: statusCode, body: JSON.parse(text) };
}

const wish = { target: "prod-admins", duration: "30m", reason: "Restart the importer" };

test("nobody approves an own request, asked by a command and approved in Slack, or the other way round", async () => {
  const flow = await openWorkspace({ may_approve: { people: ["sam@example.com", "alex@example.com"] } });
  const asked = await call(flow, "sam", "/requests", wish);
  await flow.account.toApproval(asked.body.request.id);
  expect(await flow.click(flow.people.sam, "approve", flow.card())).toBe(
    "Nobody approves an own request; ask another approver.",
  );
  const id = await flow.ask(flow.people.sam);
  await flow.account.toApproval(id);
  expect(await call(flow, "sam", `/requests/${id}/approve`)).toMatchObject({
    status: 409,
    body: { error: "Nobody approves an own request; ask another approver" },
  });
});

test("the same person's approvals by both doors are one approval", async () => {
  const flow = await openWorkspace({ approvals: 2 });
  const id = await flow.ask(flow.people.robin);
  await flow.account.toApproval(id);
  await flow.click(flow.people.alex, "approve", flow.card());
  expect((await call(flow, "alex", `/requests/${id}/approve`)).body.request.status).toBe("asked");
  expect((await flow.record(id))?.decisions).toMatchObject([{ by: "alex@example.com", door: "slack" }]);
  expect((await call(flow, "kim", `/requests/${id}/approve`)).body.request.status).toBe("approved");
});

test("the card shows each approval, after the step that the decision wakes", async () => {
  const flow = await openWorkspace({ approvals: 2 });
  const id = await flow.ask(flow.people.robin);
  await flow.account.toApproval(id);
  await flow.click(flow.people.alex, "approve", flow.card());
  expect(flow.account.flow.executions.woken).toEqual([`ask-${id}`]);
  await flow.account.invoke("escalate", { request: id });
  expect(JSON.stringify(flow.card().blocks)).toContain("Approved by alex@example.com. Approvals so far: 1.");
});

test("the members of a user group decide, as they are at each decision and before the grant", async () => {
  const flow = await openWorkspace({ may_approve: { slack_user_groups: ["S0APPROVERS"] } });
  const { people, workspace, account } = flow;
  workspace.addUserGroup({ id: "S0APPROVERS", users: [people.alex, people.kim] });
  const id = await flow.ask(people.robin);
  await account.toApproval(id);
  expect(await flow.click(people.alex, "approve", flow.card())).toBeUndefined();
  workspace.userGroups.set("S0APPROVERS", [people.kim]);
  await account.invoke("escalate", { request: id });
  expect(await flow.record(id)).toMatchObject({
    status: "refused",
    messages: [
      {},
      { text: expect.stringContaining("The rules of Production admins have changed since the approval") },
    ],
  });
  expect(account.sandbox.iam.members("prod-admins")).toEqual([]);
});

test("a person who decides by a command is looked up in the user group", async () => {
  const flow = await openWorkspace({ may_approve: { slack_user_groups: ["S0APPROVERS"] } });
  const { people, workspace, account } = flow;
  workspace.addUserGroup({ id: "S0APPROVERS", users: [people.alex] });
  const id = await flow.ask(people.robin);
  await account.toApproval(id);
  expect((await call(flow, "kim", `/requests/${id}/approve`)).status).toBe(409);
  expect((await call(flow, "alex", `/requests/${id}/approve`)).body.request.status).toBe("approved");
  // A guest does not count, also as a member of the group.
  Object.assign(workspace.users.get(people.alex) ?? {}, { is_restricted: true });
  await account.invoke("escalate", { request: id });
  expect((await flow.record(id))?.status).toBe("refused");
});

test("an account whose e-mail has changed approves neither an own request nor twice", async () => {
  const flow = await openWorkspace({
    approvals: 2,
    may_ask: { slack_user_groups: ["S0PLATFORM"] },
    may_approve: { slack_user_groups: ["S0PLATFORM"] },
    break_glass: null,
  });
  const { people, workspace, account } = flow;
  workspace.addUserGroup({ id: "S0PLATFORM", users: [people.robin, people.alex, people.kim] });
  const rename = (user: string, email: string) => Object.assign(workspace.users.get(user) ?? {}, { email });
  const id = await flow.ask(people.robin);
  await account.toApproval(id);
  rename(people.robin, "robin+2@example.com");
  expect(await flow.click(people.robin, "approve", flow.card())).toBe(
    "Nobody approves an own request; ask another approver.",
  );
  rename(people.robin, "robin@example.com");
  expect(await flow.click(people.alex, "approve", flow.card())).toBeUndefined();
  rename(people.alex, "alex+2@example.com");
  expect(await flow.click(people.alex, "approve", flow.card())).toBe(
    "You have approved this request already; nothing has changed.",
  );
  expect(await flow.record(id)).toMatchObject({ status: "asked", decisions: [{ by: "alex@example.com" }] });
  rename(people.alex, "alex@example.com");
  expect(await flow.click(people.kim, "approve", flow.card())).toBeUndefined();
  expect(await flow.record(id)).toMatchObject({ status: "approved" });
});

test("an empty id among the members of a group is nobody, also for people without an account", async () => {
  const flow = await openWorkspace({ may_approve: { slack_user_groups: ["S0APPROVERS"] } });
  const { people, workspace, account } = flow;
  workspace.addUserGroup({ id: "S0APPROVERS", users: [""] });
  workspace.users.delete(people.kim);
  const id = await flow.ask(people.robin);
  await account.toApproval(id);
  expect((await call(flow, "kim", `/requests/${id}/approve`)).status).toBe(409);
});
