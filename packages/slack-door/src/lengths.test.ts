// The longest texts that the rules, people and handlers can have: no message and no form fails because of its length.
import { expect, test } from "vitest";
import { openWorkspace, shownIn } from "./workspace.test-support.ts";

const email = (letter: string) => `${letter}${"&".repeat(241)}@example.com`;
const durations = Array.from({ length: 100 }, (_, index) => `${index + 1}m`);
const text = "<&>".repeat(667);

test("the longest e-mails, label, reason, plan and list of durations fit in every message and form", async () => {
  const flow = await openWorkspace({
    ...{ label: "&".repeat(100), approvals: 2, durations, longest: "4h", break_glass: null },
    reason: { ticket: { pattern: "&", example: "&".repeat(2_500) } },
    may_ask: { people: [email("r")] },
    may_approve: { people: [email("a"), email("k"), email("s")] },
  });
  const { account, user, now, advance } = flow;
  const [requester, alex, kim] = ["r", "a", "k"].map((letter) => user(letter, { email: email(letter) }));
  if (!requester || !alex || !kim) throw expect.fail("Slack has no accounts");
  account.flow.functions.set(account.handlerArn, () => ({
    body: { message: text, outcome: "granted", expires_at: new Date(now() + 30 * 60_000).toISOString() },
    errors: [],
  }));
  const id = await flow.ask(requester, { reason: "&".repeat(1_000) });
  await account.toApproval(id);
  expect(await flow.click(alex, "approve", flow.card())).toBeUndefined();
  expect(await flow.click(kim, "approve", flow.card())).toBeUndefined();
  await account.toHold(id);
  expect(shownIn(flow.card())).toContain(`Approved by ${email("k")}.`);
  for (let copies = 10; copies < 35; copies += 1)
    await account.copy(id, `flow-${copies}111111-1111-4111-8111-111111111111`);
  expect(shownIn(await flow.command(requester, "mine"))).toContain("And 6 more");
  advance(31);
  account.flow.functions.set(account.handlerArn, () => ({
    body: { message: text },
    errors: Array.from({ length: 11 }, () => text),
  }));
  await account.invoke("deescalate", { request: id });
  account.flow.functions.set(account.handlerArn, () => ({ body: { message: text }, errors: [] }));
  await account.invoke("deescalate", { request: id });
  const record = await flow.record(id);
  expect(record).toMatchObject({ status: "ended", card: { shows: "ended", problem: null } });
  expect(record?.messages.filter(({ told, problem }) => told === null || problem !== null)).toEqual([]);
  expect(flow.directMessages(requester).map(shownIn).join()).toContain(text.slice(0, 2_000));
});
