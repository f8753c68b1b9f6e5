import type { SandboxSystem } from "@sym/conformance";

/** How the conformance suite sets up and reads IAM. */
export const system: SandboxSystem = {
  handler: "iam-group",
  settings: { group_name: "prod-admins" },
  begin: ({ iam }) => void iam.createGroup("prod-admins"),
  addPerson: ({ iam }, email) => void iam.createUser(email),
  give: ({ iam }, email) => iam.addMember(email, "prod-admins"),
  has: ({ iam }, email, { group_name = "" }) => iam.members(group_name).includes(email),
  rename({ iam }) {
    iam.renameGroup("prod-admins", "prod-owners");
    return { group_name: "prod-owners" };
  },
  calls: { look: ["GetUser"], grant: "AddUserToGroup", restore: "RemoveUserFromGroup" },
  unknownResource: { group_name: "no-such-group" },
  notApplicable: { "ambiguous user": "names of IAM users are unique" },
};
