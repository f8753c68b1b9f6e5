import { type ChaosTarget, everyPair, type Pair } from "@sym/chaos/target";
import type { Sandbox } from "@sym/stand-ins/sandbox";

const groups = ["readers", "writers", "admins", "auditors"];
const storeId = "d-1234567890";
const adds = "CreateGroupMembership";
const removes = "DeleteGroupMembership";
/** By pair: the id of the standing membership. A call that deletes a membership names only this id. */
const standingIds = new Map<string, string>();

export const target: ChaosTarget = {
  handler: "identity-center-group",
  environment: {},
  pairs: everyPair(12, groups),
  begin(sandbox, pairs) {
    const store = storeOf(sandbox);
    for (const group of groups) store.createGroup(group);
    for (const person of new Set(pairs.map((pair) => pair.person))) store.createUser(person);
    for (const pair of pairs)
      if (pair.standing) standingIds.set(nameOf(pair), store.addMember(pair.person, pair.thing));
  },
  settings: ({ thing }) => ({ identity_store_id: storeId, group_name: thing }),
  holds: (sandbox, { person, thing }) => storeOf(sandbox).members(thing).includes(person),
  removals: (sandbox, pair) =>
    sandbox.calls.filter(
      ({ action, parameters }) =>
        action === removes && parameters["MembershipId"] === standingIds.get(nameOf(pair)),
    ).length,
  faults: {
    actions: ["GetUserId", "GetGroupId", "IsMemberInGroups", "DescribeGroup", adds, removes],
    kinds: ["throttle", "internal-error", "answer-lost", "answer-lost", "reset", "access-denied"],
  },
};

function storeOf(sandbox: Sandbox) {
  return sandbox.identityStore.store(storeId);
}

function nameOf({ person, thing }: Pair): string {
  return `${person} ${thing}`;
}
