import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { Holdings } from "@sym/stand-ins/target-system";
import { paths, withField } from "@sym/test-payloads/payload-fields";
import { testPayload } from "@sym/test-payloads/payloads";
import { describeOrganization } from "./system.ts";

const org = "acme";
const robin = "robin-r";
const nat = "nat-n";
const team = `GitHub team ${org}/platform`;

export const outside: Holdings = { [team]: "no members" };
export const inside: Holdings = { [team]: `${robin} as member` };
export const maintaining: Holdings = { [team]: `${robin} as maintainer` };
export const nobodyInvited: Holdings = { [team]: "no members", [`invitations to ${org}`]: "none" };
export const natInvited: Holdings = { [team]: `${nat} as pending`, [`invitations to ${org}`]: nat };

/** The people, things and events of the story about GitHub teams. */
export const escalate = forTeam(testPayload("escalate.json"));
export const deescalate = forTeam(testPayload("deescalate.json"));
export const functionArn: string = escalate.fields.target.settings.arn;

/** The payload with a target of this handler. */
// biome-ignore lint/suspicious/noExplicitAny: as in payloads.ts.
export function forTeam(payload: any, settings: Record<string, string> = {}): any {
  const { group_name: _group, ...rest } = payload.fields.target.settings;
  const all = { org, team_slug: "platform", ...rest, ...settings };
  return withField(payload, ["fields", "target", "settings"], all);
}

export function fromNat(payload: unknown): unknown {
  return withField(payload, paths.requester, "nat.newcomer@example.com");
}

export function everybodyIsThere({ github, secretsManager }: Sandbox): void {
  github.createOrganization(org);
  github.enableSaml(org);
  github.createUser("olga-o");
  github.setMember(org, "olga-o", "admin");
  github.createUser(robin);
  github.setMember(org, robin);
  github.addIdentity(org, "robin.requester@example.com", robin);
  github.createUser(nat);
  github.addIdentity(org, "nat.newcomer@example.com", nat);
  github.createTeam(org, "Platform");
  const { privateKey } = github.createApp(org);
  secretsManager.putSecret(github.env.GITHUB_PRIVATE_KEY_SECRET, privateKey);
}

export function describeAcme(sandbox: Sandbox): Holdings {
  return describeOrganization(sandbox, org, "platform");
}

export function robinIsInside({ github }: Sandbox): void {
  github.setTeamMember(org, "platform", robin);
}

export function robinMaintains({ github }: Sandbox): void {
  github.setTeamMember(org, "platform", robin, "maintainer");
}

export function robinOwnsAcme({ github }: Sandbox): void {
  github.setMember(org, robin, "admin");
}

export function everythingIsRenamed({ github }: Sandbox): void {
  github.renameUser(robin, "robin-q");
  github.createUser(robin);
  github.setMember(org, robin);
  github.renameTeam(org, "platform", "Foundations");
  github.createTeam(org, "Platform");
  github.setTeamMember(org, "platform", robin);
}

export function natAccepts({ github }: Sandbox): void {
  github.acceptInvitation(org, nat);
}

export function teamFollowsIdentityProvider({ github }: Sandbox): void {
  github.synchronizeTeam(org, "platform", "Platform engineers");
}

export function teamIsGone({ github }: Sandbox): void {
  github.deleteTeam(org, "platform");
}

export function keyIsChanged({ github, secretsManager }: Sandbox): void {
  const key = github.rotateKey(github.env.GITHUB_APP_ID);
  secretsManager.putSecret(github.env.GITHUB_PRIVATE_KEY_SECRET, key);
  github.expireTokens();
}

export function limitIsReached({ github }: Sandbox): void {
  github.limit("primary", 1_800);
}

export function appIsUninstalled({ github }: Sandbox): void {
  github.uninstallApp(github.env.GITHUB_APP_ID);
  github.expireTokens();
}
