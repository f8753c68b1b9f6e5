import type { IdentityStore } from "@sym/stand-ins/identity-store";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { Holdings } from "@sym/stand-ins/target-system";
import { paths, withField } from "@sym/test-payloads/payload-fields";
import { testPayload } from "@sym/test-payloads/payloads";

const storeId = "d-1234567890";
const group = "prod-admins";

/** The people, things and events of the story about groups of Identity Center. */
export const robin = "robin.requester@example.com";
export const escalate = inStore("escalate.json");
export const deescalate = inStore("deescalate.json");
/** A person whose ids the function, which remembers ids for a minute, does not know yet. */
const casey = "casey.colleague@example.com";
export const escalateForCasey = withField(escalate, paths.requester, casey);
export const functionArn: string = testPayload("escalate.json").fields.target.settings.arn;

const [groupHolds, userHolds] = [`Identity Center group ${group}`, `Identity Center user ${robin}`];
export const outside: Holdings = { [groupHolds]: "no members", [userHolds]: "no groups" };
export const inside: Holdings = { [groupHolds]: robin, [userHolds]: group };
export const onlyInGroup = (members: string): Holdings => ({ [groupHolds]: members });

/** A payload of test-payloads/ whose target is in the identity store, with other settings if given. */
export function inStore(file: string, settings: Record<string, string> = {}): unknown {
  return Object.entries({ identity_store_id: storeId, session_hours: "4", ...settings }).reduce<unknown>(
    (payload, [name, value]) => withField(payload, paths.setting(name), value),
    testPayload(file),
  );
}

export function everybodyIsThere(sandbox: Sandbox): void {
  const store = storeOf(sandbox);
  store.createUser(robin);
  store.createGroup(group);
}

export function robinIsInside(sandbox: Sandbox): void {
  storeOf(sandbox).addMember(robin, group);
}

export function robinIsNotProvisioned(sandbox: Sandbox): void {
  storeOf(sandbox).deleteUser(robin);
}

export function robinIsPutBackByHand(sandbox: Sandbox): void {
  storeOf(sandbox).removeMember(robin, group);
  storeOf(sandbox).addMember(robin, group);
}

/** Marriage and a reorganisation, and a newcomer who gets the free address. */
export function everythingIsRenamed(sandbox: Sandbox): void {
  const store = storeOf(sandbox);
  store.renameUser(robin, { userName: "robin.married@example.com", email: "robin.married@example.com" });
  store.renameGroup(group, "production");
  store.createUser(robin);
  store.createGroup(group);
}

/** Two people: the user name of the first is the e-mail address of the second. */
export function twoAreCalledCasey(sandbox: Sandbox): void {
  const store = storeOf(sandbox);
  store.createUser("casey", { email: casey });
  store.createUser(casey, { email: "sam.standing@example.com" });
}

export function groupIsSynced(sandbox: Sandbox): void {
  storeOf(sandbox).linkGroup(group, [{ Issuer: "https://scim.example.com/tenant", Id: "701984" }]);
}

function storeOf(sandbox: Sandbox): IdentityStore {
  return sandbox.identityStore.store(storeId);
}
