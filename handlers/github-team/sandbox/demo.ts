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
    chapter: "What was there before",
    title: "Robin maintains the team already, and asks to be a member",
    arrange: robinMaintains,
    payloads: [escalate, deescalate],
    promise: "A maintainer is never made a member",
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
    title: "That half hour is over",
    continues: true,
    payloads: [forTeam(deescalate, asMaintainer)],
    promise: "The role from before comes back",
    expect: { outcomes: ["lowered"], holds: inside, calls: { [removes]: 0 } },
  },
  {
    title: "Robin owns the organisation",
    arrange: robinOwnsAcme,
    payloads: [escalate, deescalate],
    promise: "An owner has the access anyway",
    expect: { outcomes: ["already-had-access", "kept-standing"], holds: outside, calls: { [puts]: 0 } },
  },
  {
    title: "Two approved requests overlap, and the first one ends",
    payloads: [escalate, forTeam(testPayload("overlap-escalate.json")), deescalate],
    promise: "One request's end does not cut another short",
    expect: { outcomes: ["granted", "granted", "kept-for-other-request"], holds: inside },
  },
];

const names: Scene[] = [
  {
    chapter: "Names change hands",
    title: "Robin has access",
    payloads: [escalate],
    promise: "Access is there before the names change",
    expect: { outcomes: ["granted"], holds: inside },
  },
  {
    title: "Robin and the team have new names now, and others have taken the old ones",
    continues: true,
    arrange: everythingIsRenamed,
    payloads: [deescalate],
    promise: "A revoke goes by ids, not by names",
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
    promise: "Nobody is invited unless the target says so",
    expect: {
      outcomes: ["refused"],
      says: "is not a member of the organisation acme",
      holds: nobodyInvited,
      calls: { [puts]: 0 },
    },
  },
  {
    title: "This target invites people",
    payloads: [fromNat(forTeam(escalate, inviting))],
    promise: "An invitation is not told as access",
    expect: { outcomes: ["pending"], says: "accept the invitation", holds: natInvited },
  },
  {
    title: "Nat has not accepted when the time is over",
    continues: true,
    payloads: [fromNat(forTeam(deescalate, inviting))],
    promise: "The invitation is taken back too",
    expect: { outcomes: ["revoked"], holds: nobodyInvited },
  },
  {
    title: "Another time, Nat accepts",
    payloads: [fromNat(forTeam(escalate, inviting))],
    promise: "Again an invitation",
    expect: { outcomes: ["pending"], holds: natInvited },
  },
  {
    title: "Nat has accepted, and the time is over",
    continues: true,
    arrange: natAccepts,
    payloads: [fromNat(forTeam(deescalate, inviting))],
    promise: "What remains is told",
    expect: { outcomes: ["revoked"], says: "and stay in it", holds: nobodyInvited },
  },
];

const mistakes: Scene[] = [
  {
    chapter: "Mistakes that people and networks make",
    title: "The team follows a group of the identity provider",
    arrange: teamFollowsIdentityProvider,
    payloads: [escalate],
    promise: "A managed team is explained with its group",
    expect: { outcomes: ["refused"], says: "follows the group Platform engineers", holds: outside },
  },
  {
    title: "The team was deleted, or its name has a typing error",
    arrange: teamIsGone,
    payloads: [escalate],
    promise: "A missing team is named, and not created",
    expect: {
      outcomes: ["refused"],
      says: "does not exist, or is hidden",
      holds: { "GitHub team acme/platform": "does not exist" },
    },
  },
  {
    title: "Somebody writes a path into the target",
    payloads: [forTeam(escalate, { team_slug: "../../orgs/acme/memberships" })],
    promise: "A name cannot lead to another route",
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
