// Slack user groups in rules: who counts as a member, and what a group that cannot be read does.
import { unavailable } from "@sym/lambda-core";
import { expect, test } from "vitest";
import { decideOn } from "./door.ts";
import { mayAsk, mayGrant } from "./evaluate.ts";
import { expandGroups } from "./expand-groups.ts";
import { alex, asked, askedRequest, person, robin, rulesOf, sam, start } from "./flow.test-support.ts";
import type { Person } from "./person.ts";
import { escalate } from "./steps/escalate.ts";
import { approved, by, granted, id, minuteMs, setUp } from "./steps.test-support.ts";

const kim = person("kim@example.com");
const rules = rulesOf({
  may_ask: { people: ["sam@example.com"], slack_user_groups: ["S0ASKERS"] },
  may_approve: { slack_user_groups: ["S0APPROVERS"] },
});

/** Groups with these members. A group without members cannot be read. */
function groups(members: Record<string, Person[]>) {
  const reads: string[] = [];
  const read = async (group: string, people: readonly Person[]) => {
    reads.push(`${group}: ${people.join(" ")}`);
    const found = members[group];
    if (found === undefined) throw unavailable("Slack does not answer");
    return people.filter((one) => found.includes(one));
  };
  return { read, reads };
}

test("the members of a group may ask, and other people may not", async () => {
  const { read } = groups({ S0ASKERS: [robin], S0APPROVERS: [alex] });
  const expanded = await expandGroups(rules, { asking: [robin, kim], deciding: [] }, read);
  expect(mayAsk(expanded, asked)).toMatchObject({ ok: true });
  expect(mayAsk(expanded, { ...asked, requester: kim })).toMatchObject({
    ok: false,
    refusal: expect.stringContaining("kim@example.com may not ask for Production admins"),
  });
});

test("a group is read once, for people whom the rule does not name, and for no other reason", async () => {
  const { read, reads } = groups({ S0ASKERS: [robin], S0APPROVERS: [alex] });
  await expandGroups(rules, { asking: [sam], deciding: [] }, read);
  expect(reads).toEqual([]);
  await expandGroups(
    rulesOf({
      may_ask: { slack_user_groups: ["S0TEAM"] },
      on_call: { may_ask: { slack_user_groups: ["S0TEAM"] }, longest: "1h", message: "On call." },
    }),
    { asking: [robin], deciding: [] },
    read,
  );
  expect(reads).toEqual(["S0TEAM: robin@example.com"]);
});

test("a group that cannot be read has no members, and the refusal says so", async () => {
  const { read } = groups({ S0ASKERS: [robin] });
  const expanded = await expandGroups(rules, { asking: [robin], deciding: [alex] }, read);
  expect(expanded).toMatchObject({ unreadGroups: ["S0APPROVERS"], mayApprove: { people: [] } });
  const { deps, stored, world } = await setUp(askedRequest());
  world.rules = expanded;
  expect(await decideOn(deps, id, by(alex, "approve"))).toEqual({
    ...{ ok: false, isTemporary: true },
    refusal:
      "Slack user group S0APPROVERS cannot be read now, so its members count for nothing; try again in a minute, or ask a person whom the rules name by e-mail",
  });
  expect(await decideOn(deps, id, by(alex, "end"))).toMatchObject({
    refusal: expect.stringContaining("S0APPROVERS cannot be read now"),
  });
  expect((await stored()).decisions).toEqual([]);
});

test("an approved request waits ten minutes for a group that cannot be read, and is then refused", async () => {
  const { deps, seen, world, stored } = await setUp(approved, [granted]);
  world.rules = { ...rules, unreadGroups: ["S0APPROVERS", "S0ASKERS"] };
  expect(await escalate(deps, id)).toEqual({ next: "escalate", seconds: 1 });
  seen.now = start + 9 * minuteMs;
  expect(await escalate(deps, id)).toEqual({ next: "escalate", seconds: 30 });
  expect(seen.payloads).toEqual([]);
  world.rules = rulesOf();
  expect(await escalate(deps, id)).toMatchObject({ next: "hold" });
  expect((await stored()).status).toBe("held");

  const late = await setUp(approved);
  late.world.rules = { ...rules, unreadGroups: ["S0APPROVERS", "S0ASKERS"] };
  late.seen.now = start + 10 * minuteMs;
  expect(await escalate(late.deps, id)).toEqual({ next: "over", seconds: 1 });
  expect(late.seen.told).toMatchObject([
    { kind: "refused", text: expect.stringContaining("cannot be read now") },
  ]);
});

test("an approver who has left the group does not count any more before the grant", async () => {
  const { read } = groups({ S0ASKERS: [robin], S0APPROVERS: [] });
  const expanded = await expandGroups(rules, { asking: [robin], deciding: [alex] }, read);
  expect(mayGrant(expanded, approved, start + 1)).toEqual({
    ok: false,
    refusal:
      "The rules of Production admins have changed since the approval, and need other approvals; ask again",
  });
});

test("two approvals at the same time by members of a group both count", async () => {
  const { read } = groups({ S0ASKERS: [robin], S0APPROVERS: [alex, kim] });
  const two = rulesOf({
    may_ask: { people: ["robin@example.com"] },
    may_approve: { slack_user_groups: ["S0APPROVERS"] },
    ...{ approvals: 2, on_call: null },
  });
  const { deps, stored } = await setUp(askedRequest());
  const rulesFor: typeof deps.rulesOf = (_, concerned) => expandGroups(two, concerned, read);
  const door = { ...deps, rulesOf: rulesFor };
  await Promise.all([decideOn(door, id, by(alex, "approve")), decideOn(door, id, by(kim, "approve"))]);
  expect((await stored()).status).toBe("approved");
});
