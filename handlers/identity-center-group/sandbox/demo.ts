import { requestScenes } from "@sym/demo/request";
import type { Scene, Story } from "@sym/demo/story";
import { testPayloads } from "@sym/test-payloads/payloads";
import {
  deescalate,
  escalate,
  escalateForCasey,
  everybodyIsThere,
  everythingIsRenamed,
  functionArn,
  groupIsSynced,
  inStore,
  inside,
  onlyInGroup,
  outside,
  robin,
  robinIsInside,
  robinIsNotProvisioned,
  robinIsPutBackByHand,
  twoAreCalledCasey,
} from "./demo-cast.ts";
import { identityCenterGroupOutages } from "./demo-outages.ts";
import { system } from "./system.ts";

const hostile = testPayloads().filter(
  (payload) => payload.expect === "refused" && payload.functionArn === functionArn,
);

const request = requestScenes({
  thing: "Production admins",
  escalate,
  deescalate,
  granted: { says: "You now have access to Identity Center group prod-admins", holds: inside },
  revoked: { says: "AWS sessions that are already open can last for up to 4 hours", holds: outside },
});

const kept: Scene[] = [
  {
    chapter: "Standing access, and interrupted work",
    title: "Robin was in the group before the request",
    arrange: robinIsInside,
    payloads: [escalate, deescalate],
    promise: "Standing access is kept",
    expect: {
      outcomes: ["already-had-access", "kept-standing"],
      holds: inside,
      calls: { DeleteGroupMembership: 0 },
    },
  },
  {
    title: "Two approved requests overlap, and the first request ends",
    payloads: [escalate, inStore("overlap-escalate.json"), deescalate],
    promise: "The end of one request leaves the other's access",
    expect: { outcomes: ["granted", "granted", "kept-for-other-request"], holds: inside },
  },
  {
    title: "The second request ends",
    continues: true,
    payloads: [inStore("overlap-deescalate.json")],
    promise: "The end of the last request revokes the access",
    expect: { outcomes: ["revoked"], holds: outside },
  },
  { title: "Another day, Robin is approved again", payloads: [escalate] },
  {
    title: "An administrator removes Robin and adds Robin again, with a new membership",
    continues: true,
    arrange: robinIsPutBackByHand,
    payloads: [deescalate],
    promise: "The revoke finds the new membership",
    expect: { outcomes: ["revoked"], holds: outside },
  },
  { title: "Robin is approved once more", payloads: [escalate] },
  {
    title: "Robin and the group are renamed, and others take the old names",
    continues: true,
    arrange: everythingIsRenamed,
    payloads: [deescalate],
    promise: "A rename does not prevent the revoke",
    expect: { outcomes: ["revoked"], holds: outside },
  },
];

const mistakes: Scene[] = [
  {
    chapter: "Wrong settings and duplicate events",
    title: "Sym sends the escalate twice, and the deescalate twice",
    payloads: [escalate, escalate, deescalate, deescalate],
    promise: "Duplicates change nothing",
    expect: { outcomes: ["granted", "granted", "revoked", "nothing-to-revoke"], holds: outside },
  },
  {
    title: "Robin has no user in the identity store",
    arrange: robinIsNotProvisioned,
    payloads: [escalate],
    promise: "The answer names a missing user, who is not created",
    expect: {
      outcomes: ["refused"],
      says: `Identity Center user ${robin} does not exist`,
      holds: onlyInGroup("no members"),
    },
  },
  {
    title: "Casey requests access, but Sam's user name is Casey's e-mail",
    arrange: twoAreCalledCasey,
    payloads: [escalateForCasey],
    promise: "An e-mail that matches two users is refused",
    expect: {
      outcomes: ["refused"],
      says: "matches 2 users",
      holds: onlyInGroup("no members"),
      calls: { CreateGroupMembership: 0 },
    },
  },
  {
    title: "The target's region is not the region of Identity Center",
    payloads: [inStore("escalate.json", { region: "eu-west-1" })],
    promise: "The answer names the wrong region",
    expect: {
      outcomes: ["refused"],
      says: "There is no identity store d-1234567890 in eu-west-1",
      holds: outside,
    },
  },
  {
    title: "The company's identity provider provisions the group",
    arrange: groupIsSynced,
    payloads: [escalate],
    promise: "A provisioned group is refused before any write",
    expect: {
      outcomes: ["refused"],
      says: "is provisioned by an identity provider",
      holds: outside,
      calls: { CreateGroupMembership: 0 },
    },
  },
];

const attacks: Scene[] = [
  {
    chapter: "Events that the function refuses",
    title: "The target's region contains the host of another server",
    payloads: [inStore("escalate.json", { region: "eu-west-1.attacker.example/" })],
    promise: "Only a valid region is accepted",
    expect: { outcomes: ["refused"], says: "as its setting region", holds: outside, calls: "none" },
  },
  {
    title: "Every hostile or broken payload of test-payloads/, while Robin has access",
    arrange: robinIsInside,
    payloads: hostile.map(({ payload }) => payload),
    promise: "No hostile payload reaches Identity Center",
    expect: { outcomes: hostile.map(() => "refused"), holds: inside, calls: "none" },
  },
];

export const story: Story = {
  handler: "identity-center-group",
  title: "identity-center-group: Robin needs to be in the group prod-admins of IAM Identity Center",
  introduction:
    "The built bundle runs in a local Lambda, with its leases in a local table, and a stand-in for the Identity Store " +
    "that holds one store with Robin and the group.",
  environment: {},
  functionArn,
  begin: everybodyIsThere,
  describe: (sandbox) => system.describe(sandbox, { payload: escalate, environment: {} }),
  scenes: [...request, ...kept, ...mistakes, ...identityCenterGroupOutages, ...attacks],
};
