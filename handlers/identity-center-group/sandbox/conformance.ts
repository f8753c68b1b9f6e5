import type { SandboxSystem } from "@sym/conformance";

const id = "d-1234567890";
/** AWS's model has user names of 128 characters at most. An e-mail can be longer. */
const userNameOf = (email: string) => email.slice(0, 128);

/** How the conformance suite sets up and reads IAM Identity Center. */
export const system: SandboxSystem = {
  handler: "identity-center-group",
  settings: { identity_store_id: id, group_name: "prod-admins" },
  begin: ({ identityStore }) => void identityStore.store(id).createGroup("prod-admins"),
  addPerson: ({ identityStore }, email) =>
    void identityStore.store(id).createUser(userNameOf(email), { email }),
  give: ({ identityStore }, email) =>
    void identityStore.store(id).addMember(userNameOf(email), "prod-admins"),
  has: ({ identityStore }, email, { group_name = "" }) =>
    identityStore.store(id).members(group_name).includes(userNameOf(email)),
  rename({ identityStore }) {
    identityStore.store(id).renameGroup("prod-admins", "prod-owners");
    return { group_name: "prod-owners" };
  },
  makeAmbiguous: ({ identityStore }, email) => {
    identityStore.store(id).renameUser(email, { userName: "robin", email });
    identityStore.store(id).createUser(email, { email: "robin.namesake@example.com" });
  },
  calls: { look: ["IsMemberInGroups"], grant: "CreateGroupMembership", restore: "DeleteGroupMembership" },
  unknownResource: { group_name: "no-such-group" },
};
