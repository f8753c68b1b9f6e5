// A request in Slack, as the built bundles in local Lambdas, and the document of what each person sees.
import { expect, test } from "vitest";
import { mustBeDocument, seen } from "./document.test-support.ts";
import { openWorkspace, shownIn } from "./workspace.test-support.ts";

test("a request is asked for, approved, held, extended and ended in Slack", async () => {
  const flow = await openWorkspace();
  const { people, account, click, command, choose, submit, formOf, advance, workspace, directMessages } =
    flow;
  const { robin, alex } = people;
  const members = () => account.sandbox.iam.members("prod-admins");
  const cards = () => workspace.messagesIn("approvers").map(shownIn);
  const message = (index: number) => directMessages(robin)[index] ?? expect.fail("There is no message");
  const document = [
    "# One request in Slack, from its asking to its end",
    "",
    "Every form and message as a person sees it, with the handler `iam-group`. A form's fields are in brackets, and so are buttons. Made by `npm test -- packages/slack-door -u`; do not edit.",
  ];
  const see = (title: string, text: string) => document.push(...seen(title, text));

  await command(robin);
  await choose(robin, "prod-admins");
  see("Robin writes /access, and chooses a target in the form", formOf(robin));
  const sent = await submit(robin, { duration: "30m", reason: "Restart the importer" });
  see("Robin sends the form", `${sent.title}\n${sent.text}`);
  const [id = ""] = /flow-[\da-f-]{36}/.exec(sent.text) ?? [];
  expect([...account.flow.executions.started.keys()]).toEqual([id]);

  await account.toApproval(id);
  see("The approvers' channel has one message", cards()[0] ?? "");
  expect(await click(alex, "approve", flow.card())).toBeUndefined();
  expect(account.flow.executions.woken).toEqual([`ask-${id}`]);
  await account.toHold(id);
  expect(members()).toEqual(["robin@example.com"]);
  see("Alex clicks Approve, and the message changes", cards()[0] ?? "");
  expect(cards()[0]).not.toContain("[");
  see("A direct message to Robin", shownIn(message(0)));
  see("Robin writes /access mine", shownIn(await command(robin, "mine")));

  advance(23);
  await account.invoke("deescalate", { request: id });
  see("Eight minutes before the end, a direct message to Robin", shownIn(message(1)));
  await click(robin, "extend", message(1));
  see("Robin clicks Extend, and the form has the same target and reason", formOf(robin));
  const [second = ""] = /flow-[\da-f-]{36}/.exec((await submit(robin, {})).text) ?? [];
  expect(second).not.toBe(id);
  await account.toApproval(second);
  see("The approvers' channel has a message of the second request", cards()[1] ?? "");
  const [, secondCard = expect.fail("There is no second card")] = workspace.messagesIn("approvers");
  expect(await click(alex, "approve", secondCard)).toBeUndefined();
  await account.toHold(second);
  see("Alex approves, and Robin gets a direct message", shownIn(message(2)));

  advance(8);
  await account.invoke("deescalate", { request: id });
  see("The first request ends, and the access stays without a gap", shownIn(message(3)));
  expect(members()).toEqual(["robin@example.com"]);
  see("Robin clicks I'm done", String(await click(robin, "end", message(2))));
  await account.invoke("deescalate", { request: second });
  expect(members()).toEqual([]);
  see("The access ends, and Robin gets a direct message", shownIn(message(4)));
  see("The messages in the channel at the end", cards().join("\n\n"));
  see("Robin writes /access mine again", shownIn(await command(robin, "mine")));
  await mustBeDocument("one-request.md", document);
});

test("break glass tells the channel and the topic, and asks no approver", async () => {
  const { people, command, choose, submit, account, card, click } = await openWorkspace();
  await command(people.robin);
  await choose(people.robin, "prod-admins");
  await choose(people.robin, "prod-admins", { route: "break-glass" });
  const { text } = await submit(people.robin, { reason: "INC-9: the importer is down" });
  const [id = ""] = /flow-[\da-f-]{36}/.exec(text) ?? [];
  await account.toApproval(id);
  expect(shownIn(card())).toMatch(
    /^robin@example\.com breaks the glass for Production admins for 30m\.\n> INC-9: .*\nPlan: IAM user .*\nApproved at once, by breaking the glass\. /,
  );
  expect(shownIn(card())).toContain("[End the access]");
  expect(account.flow.published.map(({ attributes }) => attributes["kind"])).toEqual(["approved-at-once"]);
  await account.toHold(id);
  expect(await click(people.kim, "end", card())).toBe(
    "The flow ends the access to Production admins now; a message tells the requester when it has ended.",
  );
  await account.invoke("deescalate", { request: id });
  expect(shownIn(card())).not.toContain("[");
});
