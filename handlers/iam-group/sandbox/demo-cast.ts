import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { Holdings } from "@sym/stand-ins/target-system";
import { testPayload } from "@sym/test-payloads/payloads";

/** The people, things and events of the story about IAM groups. */
export const escalate = testPayload("escalate.json");
export const deescalate = testPayload("deescalate.json");
/** The function's variables: robin.requester@example.com is the IAM user robin.requester. */
export const environment = { IDENTITY_RULE: "local-part", IDENTITY_DOMAINS: "example.com" };

const user = "robin.requester";
const group = "prod-admins";

export const outside: Holdings = { [`IAM group ${group}`]: "no members", [`IAM user ${user}`]: "no groups" };
export const inside: Holdings = { [`IAM group ${group}`]: user, [`IAM user ${user}`]: group };

export function everybodyIsThere(sandbox: Sandbox): void {
  sandbox.iam.createUser(user);
  sandbox.iam.createGroup(group);
}

export function robinIsInside(sandbox: Sandbox): void {
  sandbox.iam.addMember(user, group);
}

export function robinHasNoUser(sandbox: Sandbox): void {
  sandbox.iam.deleteUser(user);
}

export function groupIsGone(sandbox: Sandbox): void {
  sandbox.iam.deleteGroup(group);
}

/** IAM allows ten groups for each user. */
export function robinIsInTenGroups(sandbox: Sandbox): void {
  for (const number of Array(10).keys()) {
    sandbox.iam.createGroup(`team-${number}`);
    sandbox.iam.addMember(user, `team-${number}`);
  }
}
