// Slack that fails: what stays true, and what the record says.
import { expect, test } from "vitest";
import { openWorkspace, shownIn } from "./workspace.test-support.ts";

const always = { times: 1_000 };

test("a channel without the app is a problem in the record and a count for the alarm, until the app is invited", async () => {
  const { people, ask, account, workspace, record, advance } = await openWorkspace();
  const channel = workspace.channels.get("C0APPROVERS");
  Object.assign(channel ?? {}, { isMember: false });
  const id = await ask(people.robin);
  await account.invoke("plan", { request: id });
  const { logs } = await account.invoke("ask", { request: id, token: "token" });
  expect(logs.join("\n")).toMatch(/"Untold":1/);
  expect((await record(id))?.messages).toMatchObject([
    {
      ...{ kind: "asked", told: null, toldIn: ["topic"] },
      problem:
        "Slack did not post in channel C0APPROVERS, because the app is no member; invite the app to the channel",
    },
  ]);
  Object.assign(channel ?? {}, { isMember: true });
  advance(5);
  await account.invoke("watchman", {});
  expect((await record(id))?.messages).toMatchObject([{ toldIn: ["topic", "slack"], problem: null }]);
  expect(shownIn(workspace.messagesIn("approvers")[0] ?? expect.fail())).toContain("[Approve]");
});

test.for([
  ["down", "Slack answered users.lookupByEmail with status 503; try again in a minute"],
  ["throttle", "Slack limits this app's calls of users.lookupByEmail; try again in 1 seconds"],
] as const)("access ends while Slack is %s, and the message is told later", async ([kind, problem]) => {
  const { people, ask, account, slack, click, card, record, directMessages, advance } = await openWorkspace();
  const id = await ask(people.robin);
  await account.toApproval(id);
  await click(people.alex, "approve", card());
  await account.toHold(id);
  await click(people.robin, "end", directMessages(people.robin)[0] ?? expect.fail());
  slack.faults.inject({ kind, ...always });
  const before = slack.calls.length;
  await account.invoke("deescalate", { request: id });
  expect(account.sandbox.iam.members("prod-admins")).toEqual([]);
  expect(slack.calls.length - before).toBe(1);
  expect(await record(id)).toMatchObject({ status: "ended", messages: [{}, {}, { told: null, problem }] });
  slack.faults.clear();
  advance(5);
  await account.invoke("watchman", {});
  expect(shownIn(directMessages(people.robin).at(-1) ?? expect.fail())).toContain("has ended.");
  expect(shownIn(card())).toContain("The access of this request has ended.");
});

test("a requester without an account in Slack is told by the other outlets, and the record says so", async () => {
  const { people, ask, account, click, card, record, workspace } = await openWorkspace();
  const id = await ask(people.robin);
  await account.toApproval(id);
  await click(people.alex, "approve", card());
  workspace.users.delete(people.robin);
  await account.toHold(id);
  expect((await record(id))?.messages[1]).toMatchObject({
    ...{ kind: "held", told: expect.any(Number), toldIn: ["topic", "slack"] },
    problem:
      "Slack has no account of robin@example.com that counts for the flow; npm run requests -- show has the message",
  });
});

test("renewed secrets are read again once, after a refusal", async () => {
  const { people, ask, account, slack, secret, workspace, advance, command, clicks, timely, send } =
    await openWorkspace();
  const id = await ask(people.robin);
  const [old] = workspace.tokens.keys();
  const token = workspace.addToken();
  Object.assign(workspace.tokens.get(String(old)) ?? {}, { isRevoked: true });
  workspace.signingSecret = "0123456789abcdef0123456789abcdef";
  secret(token, workspace.signingSecret);
  advance(1);
  await command(people.robin);
  expect(workspace.viewsOf(people.robin)).toHaveLength(2);
  await account.toApproval(id);
  expect(workspace.messagesIn("approvers")).toHaveLength(1);
  // A forged signature is no reason to read the secret again and again.
  const reads = () => account.sandbox.calls.filter(({ action }) => action === "GetSecretValue").length;
  const before = reads();
  for (let times = 0; times < 5; times += 1) {
    const event = clicks.slashCommand(
      { user: people.robin, channel: "approvers", command: "/access" },
      { ...timely(), signature: "v0=00" },
    );
    expect((await send(event)).statusCode).toBe(401);
  }
  expect(reads() - before).toBeLessThanOrEqual(1);
  expect(slack.calls.length).toBeGreaterThan(0);
});

test("a replaced signing secret is refused after five minutes", async () => {
  const { people, secret, advance, clicks, timely, send, slack } = await openWorkspace();
  const command = { user: people.robin, channel: "approvers", command: "/access", text: "mine" };
  const sendWithOld = () => send(clicks.slashCommand(command, timely()));
  expect((await sendWithOld()).statusCode).toBe(200);
  secret(slack.token, "0123456789abcdef0123456789abcdef");
  advance(6);
  expect((await sendWithOld()).statusCode).toBe(401);
});

test("a token that Slack refuses for good is a sentence with the secret", async () => {
  const { people, command, workspace } = await openWorkspace();
  workspace.tokens.clear();
  expect(shownIn(await command(people.robin, "mine"))).toBe(
    "Slack did not accept the bot token; write the token of the installed app into the secret of SLACK_SECRET.",
  );
});

test("a missing scope is a sentence with the scope", async () => {
  const { people, command, workspace, secret } = await openWorkspace();
  secret(workspace.addToken(["chat:write"]));
  expect(shownIn(await command(people.robin, "mine"))).toBe(
    "Slack does not give the app the scope users:read; add the scope, and install the app again.",
  );
});

test("a body that is no form, and an event of no route, are answered without an error of the function", async () => {
  const { send, clicks, timely, people } = await openWorkspace();
  const event = clicks.slashCommand(
    { user: people.robin, channel: "approvers", command: "/access" },
    { ...timely(), base64: false },
  );
  expect((await send({ ...event, body: "payload=%7B" })).statusCode).toBe(400);
  expect((await send({ ...event, headers: {} } as typeof event)).statusCode).toBe(400);
  expect((await send({} as typeof event)).statusCode).toBe(400);
  expect(JSON.parse((await send(clicks.urlVerification("c", timely()))).body)).toEqual({ challenge: "c" });
});

test.for([
  ["constructor", "Slack refused users.info (constructor)."],
  ["<!channel>", "Slack refused users.info (an unknown error)."],
] as const)("Slack's unknown code %s is a sentence", async ([error, sentence]) => {
  const { people, command, slack } = await openWorkspace();
  slack.faults.inject({ action: "users.info", error });
  expect(shownIn(await command(people.robin, "mine"))).toBe(sentence);
});
