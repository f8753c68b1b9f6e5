// Clicks that must not count: each changes nothing, and its person reads why.
import { rulesJson } from "@sym/flow-functions/flow-account.test-support";
import { expect, test } from "vitest";
import { mustBeDocument } from "./document.test-support.ts";
import { openWorkspace, type Workspace } from "./workspace.test-support.ts";

type Scene = {
  title: string;
  rules?: Record<string, unknown>;
  /** Clicks, and resolves to what the person reads. `id`: of Robin's request, which waits for approval. */
  click(flow: Workspace, id: string): Promise<string | undefined>;
};

const approve = (flow: Workspace, person: string) => flow.click(person, "approve", flow.card());
const changeRules = ({ account }: Workspace, changes: Record<string, unknown>) =>
  account.flow.parameters.set(
    "/sym/rules/prod-admins",
    rulesJson({ slack_channel: "C0APPROVERS", ...changes }),
  );
const flagged = (flags: object) => (flow: Workspace) => {
  Object.assign(flow.workspace.users.get(flow.people.alex) ?? {}, flags);
  return approve(flow, flow.people.alex);
};
const extend = (flow: Workspace, person: string, id: string) =>
  flow.click(person, "extend", {
    ...flow.card(),
    blocks: [{ type: "actions", elements: [buttonOf("extend", id)] }],
  });
const inGroup = { may_approve: { slack_user_groups: ["S0APPROVERS"] } };

const scenes: Scene[] = [
  { title: "by the requester", click: (flow) => approve(flow, flow.people.robin) },
  { title: "by a person without the right", click: (flow) => approve(flow, flow.user("lee")) },
  {
    title: "after the time for decisions",
    click: (flow) => {
      flow.advance(8 * 60 + 1);
      return approve(flow, flow.people.alex);
    },
  },
  {
    title: "after the rule lost the approver",
    click: (flow) => {
      changeRules(flow, { may_approve: { people: ["kim@example.com", "sam@example.com"] } });
      return approve(flow, flow.people.alex);
    },
  },
  {
    title: "after the target changed",
    click: (flow) => {
      changeRules(flow, { settings: { group_name: "other-admins" } });
      return approve(flow, flow.people.alex);
    },
  },
  {
    title: "after the target was removed",
    click: (flow) => {
      flow.account.flow.parameters.delete("/sym/rules/prod-admins");
      return approve(flow, flow.people.alex);
    },
  },
  {
    title: "in another workspace",
    click: (flow) =>
      flow.click(flow.people.alex, "approve", flow.card(), { team: { id: "T0OTHER0001", domain: "other" } }),
  },
  {
    title: "by a person of another workspace, in a shared channel",
    click: (flow) => flow.click(flow.people.alex, "approve", flow.card(), { userTeamId: "T0OTHER0001" }),
  },
  {
    title: "by a stranger, as Slack calls people of other workspaces",
    click: flagged({ is_stranger: true }),
  },
  { title: "by an account of another workspace", click: flagged({ team_id: "T0OTHER0001" }) },
  { title: "by a guest", click: flagged({ is_restricted: true }) },
  { title: "by a guest of one channel", click: flagged({ is_ultra_restricted: true }) },
  { title: "by a deactivated account", click: flagged({ deleted: true }) },
  { title: "by a bot", click: flagged({ is_bot: true }) },
  { title: "by an account whose e-mail is not confirmed", click: flagged({ is_email_confirmed: false }) },
  { title: "by an account with an e-mail of another domain", click: flagged({ email: "alex@example.org" }) },
  {
    title: "by an account without an e-mail",
    click: (flow) => {
      delete flow.workspace.users.get(flow.people.alex)?.email;
      return approve(flow, flow.people.alex);
    },
  },
  {
    title: "while Slack does not say who clicks",
    click: (flow) => {
      flow.slack.faults.inject({ action: "users.info", kind: "down" });
      return approve(flow, flow.people.alex);
    },
  },
  {
    title: "while Slack answers with another account",
    click: (flow) => {
      const { users } = flow.workspace;
      users.set(flow.people.alex, users.get(flow.people.kim) ?? expect.fail());
      return approve(flow, flow.people.alex);
    },
  },
  {
    title: "by a person who is not in the approvers' user group",
    rules: inGroup,
    click: (flow) => {
      flow.workspace.addUserGroup({ id: "S0APPROVERS", users: [flow.people.kim] });
      return approve(flow, flow.people.alex);
    },
  },
  {
    title: "while the approvers' user group cannot be read",
    rules: inGroup,
    click: (flow) => {
      flow.workspace.addUserGroup({ id: "S0APPROVERS", users: [flow.people.alex] });
      flow.slack.faults.inject({ action: "usergroups.users.list", kind: "throttle" });
      return approve(flow, flow.people.alex);
    },
  },
  {
    title: "while the approvers' user group does not exist",
    rules: inGroup,
    click: (flow) => approve(flow, flow.people.alex),
  },
  {
    title: "Deny by the requester",
    click: (flow) => flow.click(flow.people.robin, "deny", flow.card()),
  },
  {
    title: "a button of no request",
    click: async (flow) => {
      const blocks = [{ type: "actions", elements: [buttonOf("approve", "all requests")] }];
      return flow.click(flow.people.alex, "approve", { ...flow.card(), blocks });
    },
  },
  {
    title: "a button of a request that does not exist",
    click: async (flow) => {
      const blocks = [
        { type: "actions", elements: [buttonOf("approve", "flow-99999999-1111-4111-8111-111111111111")] },
      ];
      return flow.click(flow.people.alex, "approve", { ...flow.card(), blocks });
    },
  },
  {
    title: "Withdraw by another person",
    click: (flow, id) => {
      const blocks = [{ type: "actions", elements: [buttonOf("withdraw", id)] }];
      return flow.click(flow.people.alex, "withdraw", { ...flow.card(), blocks });
    },
  },
  {
    title: "I'm done by a person without the right",
    click: (flow, id) => {
      const blocks = [{ type: "actions", elements: [buttonOf("end", id)] }];
      return flow.click(flow.user("lee"), "end", { ...flow.card(), blocks });
    },
  },
  {
    title: "Extend after the rule lost the requester",
    click: (flow, id) => {
      changeRules(flow, { may_ask: { people: ["sam@example.com"] }, break_glass: null });
      flow.advance(2);
      return extend(flow, flow.people.robin, id);
    },
  },
  {
    title: "Extend while the requesters' user group cannot be read",
    click: (flow, id) => {
      changeRules(flow, { may_ask: { slack_user_groups: ["S0PLATFORM"] }, break_glass: null });
      flow.advance(2);
      return extend(flow, flow.people.robin, id);
    },
  },
  {
    title: "Extend by another person who may ask",
    click: (flow, id) => extend(flow, flow.people.sam, id),
  },
];

function buttonOf(action_id: string, value: string) {
  return { type: "button", action_id, value, text: { type: "plain_text", text: action_id } };
}

const read: [title: string, sentence: string][] = [];

test.for(scenes)("a click changes nothing: $title", async ({ title, rules, click }) => {
  const flow = await openWorkspace(rules);
  const id = await flow.ask(flow.people.robin);
  await flow.account.toApproval(id);
  const before = await flow.record(id);
  const sentence = await click(flow, id);
  expect(sentence).toMatch(/[.]$/);
  read.push([title, sentence ?? ""]);
  expect(await flow.record(id)).toEqual(before);
  expect(flow.account.flow.executions.woken).toEqual([]);
});

test("a decision that comes twice, or after another decision, changes nothing", async () => {
  const flow = await openWorkspace({ approvals: 2 });
  const { people, card, click } = flow;
  const id = await flow.ask(people.robin);
  await flow.account.toApproval(id);
  const buttons = { ...card() };
  const keep = async (title: string, person: string, action: string) => {
    const before = await flow.record(id);
    read.push([title, (await click(person, action, buttons)) ?? "no sentence"]);
    expect(await flow.record(id), title).toEqual(before);
  };
  await click(people.alex, "approve", buttons);
  await keep("Approve twice by the same approver", people.alex, "approve");
  await click(people.kim, "approve", buttons);
  await keep("Approve after enough approvals", people.sam, "approve");
  await keep("Deny after enough approvals", people.sam, "deny");
  await flow.account.toHold(id);
  await keep("Approve after the grant", people.sam, "approve");
  const [held = card()] = flow.directMessages(people.robin);
  await click(people.robin, "end", held);
  const before = await flow.record(id);
  read.push(["I'm done twice", (await click(people.robin, "end", held)) ?? ""]);
  expect(await flow.record(id)).toEqual(before);
});

test.for([
  ["Approve after a denial", "deny"],
  ["Approve after the withdrawal", "withdraw"],
] as const)("%s changes nothing", async ([title, action]) => {
  const flow = await openWorkspace();
  const { people, card, click } = flow;
  const id = await flow.ask(people.robin);
  await flow.account.toApproval(id);
  const buttons = { ...card() };
  if (action === "deny") await click(people.kim, action, buttons);
  else
    await click(people.robin, action, {
      ...buttons,
      blocks: [{ type: "actions", elements: [buttonOf(action, id)] }],
    });
  const before = await flow.record(id);
  read.push([title, (await click(people.alex, "approve", buttons)) ?? ""]);
  expect(await flow.record(id)).toEqual(before);
});

test.for([
  ["a forged signature", { signature: `v0=${"0".repeat(64)}` }],
  ["no signature", { signature: "" }],
  ["a signature with another secret", { secret: "0123456789abcdef0123456789abcdef" }],
  ["a signature of ten minutes ago", { timestamp: Date.UTC(2026, 10, 27, 11, 50) / 1_000 }],
] as const)("%s is answered with status 401, and changes nothing", async ([title, sending]) => {
  const flow = await openWorkspace();
  const { people, clicks, card } = flow;
  const id = await flow.ask(people.robin);
  await flow.account.toApproval(id);
  const before = await flow.record(id);
  const { channel, ts } = card();
  const event = clicks.blockAction(
    { user: people.alex, actionId: "approve", message: { channel, ts } },
    { ...flow.timely(), ...sending },
  );
  const { statusCode, body } = await flow.send(event);
  expect({ statusCode, body }).toEqual({ statusCode: 401, body: "" });
  read.push([title, "Status 401, without a text"]);
  expect(await flow.record(id)).toEqual(before);
});

test("each of these clicks, with its sentence, is in the document", () =>
  mustBeDocument("refused-clicks.md", [
    "# Clicks in Slack that do not count",
    "",
    "Each click changes nothing. The person reads the sentence, and no other person does. Without another word in the first column, the click is on Approve, and the requester is Robin. Made by `npm test -- packages/slack-door -u`; do not edit.",
    "",
    "| Click | What the person reads |",
    "|---|---|",
    ...read.map(([title, sentence]) => `| ${title} | ${sentence} |`),
  ]));
