import type { ConsoleTarget, Thing } from "@sym/console/target";
import type { Sandbox } from "@sym/stand-ins/sandbox";

const storeId = "d-1234567890";
const storeOf = ({ identityStore }: Sandbox) => identityStore.store(storeId);
const groupOf = ({ settings }: Thing) => settings["group_name"] ?? "";
const isMember = (sandbox: Sandbox, person: string, thing: Thing) =>
  storeOf(sandbox).members(groupOf(thing)).includes(person);

export const consoleTarget: ConsoleTarget = {
  handler: "identity-center-group",
  system: "IAM Identity Center",
  environment: {},
  things: [
    {
      target: "operators",
      label: "Operators of production",
      settings: { identity_store_id: storeId, group_name: "Operators", session_hours: "1" },
      isForAll: false,
    },
    {
      target: "auditors",
      label: "Auditors of all accounts",
      settings: { identity_store_id: storeId, group_name: "Auditors", session_hours: "4" },
      isForAll: false,
    },
  ],
  begin(sandbox, people) {
    for (const thing of consoleTarget.things) storeOf(sandbox).createGroup(groupOf(thing));
    for (const person of people) storeOf(sandbox).createUser(person);
  },
  stateOf: (sandbox, person, thing) => (isMember(sandbox, person, thing) ? "member" : "no member"),
  holds: isMember,
  set(sandbox, person, thing, holds) {
    if (holds === isMember(sandbox, person, thing)) return;
    if (holds) storeOf(sandbox).addMember(person, groupOf(thing));
    else storeOf(sandbox).removeMember(person, groupOf(thing));
  },
  changes: ["CreateGroupMembership", "DeleteGroupMembership"],
};
