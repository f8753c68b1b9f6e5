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
  revoked: { says: "AWS sessions that are open now can go on for up to 4 hours", holds: outside },
});

const kept: Scene[] = [
  {
    chapter: "What is kept, and what is not forgotten",
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
    title: "Two approved requests overlap, and the first one ends",
    payloads: [escalate, inStore("overlap-escalate.json"), deescalate],
    promise: "One request's end does not cut another short",
    expect: { outcomes: ["granted", "granted", "kept-for-other-request"], holds: inside },
  },
  {
    title: "Then the second one ends",
    continues: true,
    payloads: [inStore("overlap-deescalate.json")],
    promise: "The last request out takes the access away",
    expect: { outcomes: ["revoked"], holds: outside },
  },
  { title: "Another day, Robin is approved again", payloads: [escalate] },
  {
    title: "An administrator takes Robin out and puts Robin back, under a new membership",
    continues: true,
    arrange: robinIsPutBackByHand,
    payloads: [deescalate],
    promise: "A membership is found whatever its id",
    expect: { outcomes: ["revoked"], holds: outside },
  },
  { title: "And on another", payloads: [escalate] },
  {
    title: "Robin marries, the group is renamed, and others get the old names",
    continues: true,
    arrange: everythingIsRenamed,
    payloads: [deescalate],
    promise: "New names do not save anybody from a revoke",
    expect: { outcomes: ["revoked"], holds: outside },
  },
];

const mistakes: Scene[] = [
  {
    chapter: "Mistakes that people and networks make",
    title: "Sym sends the approval twice, and the end twice",
    payloads: [escalate, escalate, deescalate, deescalate],
    promise: "Duplicates change nothing",
    expect: { outcomes: ["granted", "granted", "revoked", "nothing-to-revoke"], holds: outside },
  },
  {
    title: "Robin was never provisioned",
    arrange: robinIsNotProvisioned,
    payloads: [escalate],
    promise: "A missing person is named, and not created",
    expect: {
      outcomes: ["refused"],
      says: `Identity Center user ${robin} does not exist`,
      holds: onlyInGroup("no members"),
    },
  },
  {
    title: "Casey asks, but Sam's user name is Casey's e-mail address",
    arrange: twoAreCalledCasey,
    payloads: [escalateForCasey],
    promise: "An address of two people is nobody's",
    expect: {
      outcomes: ["refused"],
      says: "could be any of 2 people",
      holds: onlyInGroup("no members"),
      calls: { CreateGroupMembership: 0 },
    },
  },
  {
    title: "The target names the group in another region than Identity Center's",
    payloads: [inStore("escalate.json", { region: "eu-west-1" })],
    promise: "A wrong region is told as such",
    expect: {
      outcomes: ["refused"],
      says: "There is no identity store d-1234567890 in eu-west-1",
      holds: outside,
    },
  },
  {
    title: "The group comes from the company's identity provider",
    arrange: groupIsSynced,
    payloads: [escalate],
    promise: "A synced group is recognised before any write",
    expect: {
      outcomes: ["refused"],
      says: "comes from an identity provider",
      holds: outside,
      calls: { CreateGroupMembership: 0 },
    },
  },
];

const attacks: Scene[] = [
  {
    chapter: "Events that should not have come",
    title: "The region of the target leads to somebody's own server",
    payloads: [inStore("escalate.json", { region: "eu-west-1.attacker.example/" })],
    promise: "Only a region is taken for one",
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
    "As before: the built bundle in a local Lambda, its leases in a local table, and a stand-in for the Identity Store " +
    "that holds one store with Robin and the group.",
  environment: {},
  functionArn,
  begin: everybodyIsThere,
  describe: (sandbox) => system.describe(sandbox, { payload: escalate, environment: {} }),
  scenes: [...request, ...kept, ...mistakes, ...identityCenterGroupOutages, ...attacks],
};
