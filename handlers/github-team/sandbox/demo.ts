import { requestScenes } from "@sym/demo/request";
import type { Scene, Story } from "@sym/demo/story";
import { testPayload } from "@sym/test-payloads/payloads";
import {
  deescalate,
  describeAcme,
  escalate,
  everybodyIsThere,
  everythingIsRenamed,
  forTeam,
  fromNat,
  functionArn,
  inside,
  maintaining,
  natAccepts,
  natInvited,
  nobodyInvited,
  outside,
  robinIsInside,
  robinMaintains,
  robinOwnsAcme,
  teamFollowsIdentityProvider,
  teamIsGone,
} from "./demo-cast.ts";
import { gitHubTeamOutages } from "./demo-outages.ts";

const inviting = { invite: "true" };
const asMaintainer = { role: "maintainer" };
const puts = "teams/add-or-update-membership-for-user-in-org";
const removes = "teams/remove-membership-for-user-in-org";

const request = requestScenes({
  thing: "the team platform",
  escalate,
  deescalate,
  granted: { says: "You now have access to GitHub team acme/platform", holds: inside },
  revoked: { says: "has ended", holds: outside },
});

const standing: Scene[] = [
  {
    chapter: "Standing access",
    title: "Robin maintains the team already, and asks to be a member",
    arrange: robinMaintains,
    payloads: [escalate, deescalate],
    promise: "A maintainer is never lowered to member",
    expect: {
      outcomes: ["already-had-access", "kept-standing"],
      holds: maintaining,
      calls: { [puts]: 0, [removes]: 0 },
    },
  },
  {
    title: "Robin is a member, and maintains the team for half an hour",
    arrange: robinIsInside,
    payloads: [forTeam(escalate, asMaintainer)],
    promise: "A member can become a maintainer",
    expect: { outcomes: ["granted"], says: "as maintainer", holds: maintaining },
  },
  {
    title: "The request for maintainer expires",
    continues: true,
    payloads: [forTeam(deescalate, asMaintainer)],
    promise: "The end restores the earlier role",
    expect: { outcomes: ["lowered"], holds: inside, calls: { [removes]: 0 } },
  },
  {
    title: "Robin owns the organisation",
    arrange: robinOwnsAcme,
    payloads: [escalate, deescalate],
    promise: "An owner already has the access",
    expect: { outcomes: ["already-had-access", "kept-standing"], holds: outside, calls: { [puts]: 0 } },
  },
  {
    title: "Two approved requests overlap, and the first request ends",
    payloads: [escalate, forTeam(testPayload("overlap-escalate.json")), deescalate],
    promise: "The end of one request leaves the other's access",
    expect: { outcomes: ["granted", "granted", "kept-for-other-request"], holds: inside },
  },
];

const names: Scene[] = [
  {
    chapter: "Renamed users and teams",
    title: "Robin has access",
    payloads: [escalate],
    promise: "Access is granted before the renames",
    expect: { outcomes: ["granted"], holds: inside },
  },
  {
    title: "Robin and the team are renamed, and others take the old names",
    continues: true,
    arrange: everythingIsRenamed,
    payloads: [deescalate],
    promise: "A revoke uses ids, not names",
    expect: {
      outcomes: ["revoked"],
      holds: {
        "GitHub team acme/foundations": "no members",
        "GitHub team acme/platform": "robin-r as member",
      },
    },
  },
];

const outsiders: Scene[] = [
  {
    chapter: "People outside the organisation",
    title: "Nat is not in the organisation",
    payloads: [fromNat(escalate)],
    promise: "Only a target with invite=true invites people",
    expect: {
      outcomes: ["refused"],
      says: "is not a member of the organisation acme",
      holds: nobodyInvited,
      calls: { [puts]: 0 },
    },
  },
  {
    title: "The target's setting invite is true",
    payloads: [fromNat(forTeam(escalate, inviting))],
    promise: "An open invitation is pending, not granted",
    expect: { outcomes: ["pending"], says: "accept the invitation", holds: natInvited },
  },
  {
    title: "Nat has not accepted when the request expires",
    continues: true,
    payloads: [fromNat(forTeam(deescalate, inviting))],
    promise: "The end also cancels the invitation",
    expect: { outcomes: ["revoked"], holds: nobodyInvited },
  },
  {
    title: "Nat requests the access again",
    payloads: [fromNat(forTeam(escalate, inviting))],
    promise: "GitHub sends a new invitation",
    expect: { outcomes: ["pending"], holds: natInvited },
  },
  {
    title: "Nat has accepted, and the request expires",
    continues: true,
    arrange: natAccepts,
    payloads: [fromNat(forTeam(deescalate, inviting))],
    promise: "The answer reports remaining rights",
    expect: { outcomes: ["revoked"], says: "and remain a member of it", holds: nobodyInvited },
  },
];

const mistakes: Scene[] = [
  {
    chapter: "Wrong settings and duplicate events",
    title: "The team is synchronised with a group of the identity provider",
    arrange: teamFollowsIdentityProvider,
    payloads: [escalate],
    promise: "The answer names the group of a managed team",
    expect: {
      outcomes: ["refused"],
      says: "is synchronised with the group Platform engineers",
      holds: outside,
    },
  },
  {
    title: "The team was deleted, or its name is misspelt",
    arrange: teamIsGone,
    payloads: [escalate],
    promise: "The answer names a missing team, which is not created",
    expect: {
      outcomes: ["refused"],
      says: "does not exist, or is hidden",
      holds: { "GitHub team acme/platform": "does not exist" },
    },
  },
  {
    title: "The target's team_slug holds a path",
    payloads: [forTeam(escalate, { team_slug: "../../orgs/acme/memberships" })],
    promise: "A name cannot change the API route",
    expect: { outcomes: ["refused"], says: "as its setting team_slug", holds: outside, calls: "none" },
  },
];

export const story: Story = {
  handler: "github-team",
  title: "github-team: Robin needs to be in the GitHub team acme/platform for half an hour",
  introduction:
    "The built bundle of the handler runs in a local Lambda, event by event. GitHub and Secrets Manager are stand-ins " +
    "on this machine, and so is Sym: nothing leaves the machine, and no account is needed.",
  environment: {},
  functionArn,
  begin: everybodyIsThere,
  describe: describeAcme,
  scenes: [...request, ...standing, ...names, ...outsiders, ...mistakes, ...gitHubTeamOutages],
};
