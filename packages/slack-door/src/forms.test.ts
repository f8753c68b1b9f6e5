// The form: what it offers, what it refuses, and texts that try to be more than text.
import { rulesJson } from "@sym/flow-functions/flow-account.test-support";
import { optionsIn } from "@sym/stand-ins/slack/clicks";
import { expect, test } from "vitest";
import { openWorkspace, shownIn } from "./workspace.test-support.ts";

const reason = { duration: "30m", reason: "Restart the importer" };

test.for<[title: string, answers: Record<string, string>, rules: Record<string, unknown>, error: string]>([
  [
    "a duration that the rule does not offer",
    { duration: "4h" },
    {},
    "Production admins is not offered for 4h; choose 30m, 1h",
  ],
  ["no duration", { duration: "soon" }, {}, "Choose a duration"],
  [
    "3,000 characters of reason",
    { reason: "x".repeat(3_000) },
    {},
    "The reason has more than 1000 characters; shorten the reason",
  ],
  ["a blank reason", { reason: "  " }, {}, "Production admins needs a reason; give a reason"],
  [
    "control characters",
    { reason: "a\u0007b" },
    {},
    "The reason has control characters; write the reason anew",
  ],
  [
    "a reason without the ticket",
    {},
    { reason: { ticket: { pattern: "OPS-\\d+", example: "OPS-123" } } },
    "Production admins needs a reason with a ticket; give a reason such as OPS-123",
  ],
])("the form refuses %s, at the field, and records nothing", async ([, answers, rules, error]) => {
  const { people, command, choose, submit, account } = await openWorkspace(rules);
  await command(people.robin);
  await choose(people.robin, "prod-admins");
  const { errors } = await submit(people.robin, { ...reason, ...answers });
  expect(Object.values(errors)).toEqual([error]);
  expect(Object.keys(errors)).toEqual([
    error.startsWith("The reason") || error.includes("a reason") ? "reason" : "duration:prod-admins:approval",
  ]);
  expect(account.flow.executions.started.size).toBe(0);
});

test("the form refuses a target that the person may not ask for any more", async () => {
  const { people, command, choose, submit, account } = await openWorkspace();
  await command(people.robin);
  await choose(people.robin, "prod-admins");
  const changed = rulesJson({ may_ask: { people: ["sam@example.com"] } });
  account.flow.parameters.set("/sym/rules/prod-admins", changed);
  expect(Object.values((await submit(people.robin, reason)).errors)).toEqual([
    "robin@example.com may not ask for Production admins; have this e-mail added to may_ask in the target's rules",
  ]);
  expect(account.flow.executions.started.size).toBe(0);
});

test("a form with another target or route than its shown durations records nothing", async () => {
  const { people, command, choose, submit, account } = await openWorkspace();
  for (const answers of [{ target: "other-target" }, { route: "break-glass" }]) {
    await command(people.robin);
    await choose(people.robin, "prod-admins");
    expect(await submit(people.robin, { ...reason, ...answers })).toMatchObject({
      title: "Not recorded",
      text: expect.stringContaining("nothing was recorded"),
    });
  }
  expect(account.flow.executions.started.size).toBe(0);
});

test("a form that Slack delivers twice is one request", async () => {
  const { people, command, choose, submit, send, account } = await openWorkspace();
  await command(people.robin);
  await choose(people.robin, "prod-admins");
  const { event, text } = await submit(people.robin, reason);
  const again = JSON.parse((await send(event)).body);
  expect(JSON.stringify(again)).toContain(/flow-[\da-f-]{36}/.exec(text)?.[0]);
  expect(account.flow.executions.started.size).toBe(1);
  await command(people.robin);
  await choose(people.robin, "prod-admins");
  await submit(people.robin, reason);
  expect(account.flow.executions.started.size).toBe(2);
});

test("a search that fails offers nothing, and is in the log", async () => {
  const { people, command, clicks, timely, lastView, send, slack } = await openWorkspace();
  await command(people.robin);
  slack.faults.inject({ action: "users.info", kind: "down" });
  const search = { user: people.robin, actionId: "target", value: "", view: lastView(people.robin).id };
  const { body, logs } = await send(clicks.blockSuggestion(search, timely()));
  expect(optionsIn(body)).toEqual([]);
  expect(logs.join("\n")).toContain('"step":"click-failed"');
});

test("the search offers what the person may ask for, by label and key, and nothing to others", async () => {
  const { people, user, command, clicks, timely, lastView, send, account, workspace } = await openWorkspace();
  const other = {
    target: "billing-db",
    label: "Billing database",
    may_ask: { slack_user_groups: ["S0BILLING"] },
  };
  account.flow.parameters.set("/sym/rules/billing-db", rulesJson({ ...other, break_glass: null }));
  workspace.addUserGroup({ id: "S0BILLING", users: [people.robin] });
  const guest = user("guest", { is_restricted: true });
  const offered = async (person: string, value: string) => {
    await command(person);
    const view = lastView(person).id;
    const event = clicks.blockSuggestion({ user: person, actionId: "target", value, view }, timely());
    return optionsIn((await send(event)).body).map((option) => option.value);
  };
  expect(await offered(people.robin, "")).toEqual(["billing-db", "prod-admins"]);
  expect(await offered(people.robin, "ADMINS")).toEqual(["prod-admins"]);
  expect(await offered(people.robin, "billing-")).toEqual(["billing-db"]);
  expect(await offered(people.sam, "")).toEqual(["prod-admins"]);
  expect(await offered(people.alex, "")).toEqual([]);
  expect(await offered(guest, "")).toEqual([]);
});

test("a group is read once in a minute for forms, and at each sending", async () => {
  const { people, command, choose, submit, slack, workspace } = await openWorkspace({
    may_ask: { slack_user_groups: ["S0ASKERS"] },
    break_glass: null,
  });
  workspace.addUserGroup({ id: "S0ASKERS", users: [people.robin, people.sam] });
  const reads = () => slack.callsTo("usergroups.users.list");
  for (const person of [people.robin, people.robin, people.sam]) {
    await command(person);
    await choose(person, "prod-admins");
  }
  expect(reads()).toBe(1);
  workspace.userGroups.set("S0ASKERS", []);
  expect(Object.values((await submit(people.sam, reason)).errors)).toEqual([
    expect.stringContaining("sam@example.com may not ask for Production admins"),
  ]);
  expect(reads()).toBe(2);
});

test("no text of a person is a mention, a link or markup", async () => {
  const { people, command, choose, submit, account, card, workspace } = await openWorkspace({
    label: "Admins <!here> & *all*",
  });
  const hostile =
    "<!channel> *Approved by alex@example.com* <https://example.org|here>\n[Approve] &amp; <@U0ALEX>";
  await command(people.robin);
  await choose(people.robin, "prod-admins");
  const { text } = await submit(people.robin, { duration: "30m", reason: hostile });
  const [id = ""] = /flow-[\da-f-]{36}/.exec(text) ?? [];
  await account.toApproval(id);
  expect(shownIn(card())).toContain(`> ${hostile}\n`);
  const messages = [...workspace.messagesIn("approvers"), ...workspace.directMessagesTo(people.robin)];
  for (const message of messages) {
    expect(message.text).not.toMatch(/<[!@#h]/);
    // Only rich text and plain text hold texts of people; Slack interprets neither.
    for (const block of message.blocks) expect(["rich_text", "context", "actions"]).toContain(block.type);
    expect(JSON.stringify(message.blocks)).not.toContain("mrkdwn");
  }
});

test("a list that leaves out older requests says so", async () => {
  const { people, ask, click, card, account, command } = await openWorkspace();
  const id = await ask(people.robin);
  await account.toApproval(id);
  await click(people.alex, "deny", card());
  expect(shownIn(await command(people.robin, "mine"))).toBe(
    "You have no access by a request, and no open request.",
  );
  for (let copies = 100; copies < 200; copies += 1)
    await account.copy(id, `flow-${copies}11111-1111-4111-8111-111111111111`);
  expect(shownIn(await command(people.robin, "mine"))).toContain("The list leaves out older requests");
});

test("the command explains itself, and refuses whom Slack does not vouch for", async () => {
  const { people, user, command } = await openWorkspace();
  expect(shownIn(await command(people.robin, "help"))).toBe(
    "/access opens a form that asks for access, and /access mine lists the access that you have by requests.",
  );
  expect(shownIn(await command(user("guest", { is_restricted: true }), "mine"))).toBe(
    "A guest of the workspace does not ask or decide; have the account made a full member.",
  );
});
