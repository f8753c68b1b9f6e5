import type { ConsoleTarget, Thing } from "@sym/console/target";
import type { Sandbox } from "@sym/stand-ins/sandbox";

const groupOf = ({ settings }: Thing) => settings["group_name"] ?? "";
const isMember = ({ iam }: Sandbox, person: string, thing: Thing) =>
  iam.members(groupOf(thing)).includes(person);

export const consoleTarget: ConsoleTarget = {
  handler: "iam-group",
  system: "IAM",
  environment: {},
  things: [
    {
      target: "prod-admins",
      label: "Production admins",
      settings: { group_name: "prod-admins" },
      isForAll: false,
    },
    {
      target: "billing-readers",
      label: "Billing, to read",
      settings: { group_name: "billing-readers" },
      isForAll: false,
    },
  ],
  begin({ iam }, people) {
    for (const thing of consoleTarget.things) iam.createGroup(groupOf(thing));
    for (const person of people) iam.createUser(person);
  },
  stateOf: (sandbox, person, thing) => (isMember(sandbox, person, thing) ? "member" : "no member"),
  holds: isMember,
  set(sandbox, person, thing, holds) {
    if (holds === isMember(sandbox, person, thing)) return;
    if (holds) sandbox.iam.addMember(person, groupOf(thing));
    else sandbox.iam.removeMember(person, groupOf(thing));
  },
  changes: ["AddUserToGroup", "RemoveUserFromGroup"],
};
