// Requests in Slack, as the built bundles in local Lambdas, with what each person sees.
import { expect, test } from "vitest";
import { openWorkspace, shownIn } from "./workspace.test-support.ts";

test("a request is asked for, approved, held and ended in Slack", async () => {
  const { people, ask, card, click, account, directMessages, command } = await openWorkspace();
  const id = await ask(people.robin);
  expect([...account.flow.executions.started.keys()]).toEqual([id]);
  await account.toApproval(id);
  expect(shownIn(card())).toMatch(
    new RegExp(
      `^robin@example\\.com asks for Production admins for 30m\\.
> Restart the importer
Robin would become a member of prod-admins\\.
The request waits for approval until .* UTC\\.
\\[Approve\\] \\[Deny\\] 
Request ${id}$`,
    ),
  );
  expect(await click(people.alex, "approve", card())).toBeUndefined();
  expect(account.flow.executions.woken).toEqual([`ask-${id}`]);

  await account.toHold(id);
  expect(shownIn(card())).toMatch(
    /Approved by alex@example\.com\. The requester has the access until .* UTC\.\nRequest flow-[\da-f-]+$/,
  );
  const [held] = directMessages(people.robin);
  expect(held && shownIn(held)).toBe(
    `Robin is a member of prod-admins.\n[Extend] [I'm done] \nRequest ${id}`,
  );
  expect(shownIn(await command(people.robin, "mine"))).toMatch(
    /^Production admins for 30m\. The requester has the access until .* UTC\.\n\[Extend\] \[I'm done\] $/,
  );

  expect(held && (await click(people.robin, "end", held))).toBe(
    "The flow ends the access to Production admins now; a message tells you when it has ended.",
  );
  expect(account.flow.executions.woken).toEqual([`ask-${id}`, `hold-${id}`]);
  await account.invoke("deescalate", { request: id });
  expect(directMessages(people.robin).map(shownIn).at(-1)).toBe(
    `Robin is no member of prod-admins any more.\nRequest ${id}`,
  );
  expect(shownIn(card())).toContain(
    "Ended early by robin@example.com. The access of this request has ended.",
  );
  expect(shownIn(await command(people.robin, "mine"))).toBe(
    "You have no access by a request, and no open request.",
  );
});
