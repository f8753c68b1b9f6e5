import { type ChaosTarget, everyPair } from "@sym/chaos/target";

const groups = ["readers", "writers", "admins", "auditors"];

export const target: ChaosTarget = {
  handler: "iam-group",
  environment: {},
  pairs: everyPair(12, groups),
  begin(sandbox, pairs) {
    for (const group of groups) sandbox.iam.createGroup(group);
    for (const person of new Set(pairs.map((pair) => pair.person))) sandbox.iam.createUser(person);
    for (const { person, thing, standing } of pairs) if (standing) sandbox.iam.addMember(person, thing);
  },
  settings: ({ thing }) => ({ group_name: thing }),
  holds: (sandbox, { person, thing }) => sandbox.iam.members(thing).includes(person),
  removals: (sandbox, { person, thing }) =>
    sandbox.calls.filter(
      ({ action, parameters }) =>
        action === "RemoveUserFromGroup" &&
        parameters["UserName"] === person &&
        parameters["GroupName"] === thing,
    ).length,
  faults: {
    actions: ["GetUser", "GetGroup", "ListGroupsForUser", "AddUserToGroup", "RemoveUserFromGroup"],
    kinds: ["throttle", "internal-error", "answer-lost", "answer-lost", "reset", "access-denied"],
  },
};
