import { requestScenes } from "@sym/demo/request";
import type { Scene, Story } from "@sym/demo/story";
import { paths, withField } from "@sym/test-payloads/payload-fields";
import { testPayload, testPayloads } from "@sym/test-payloads/payloads";
import {
  deescalate,
  environment,
  escalate,
  everybodyIsThere,
  groupIsGone,
  inside,
  outside,
  robinHasNoUser,
  robinIsInside,
  robinIsInTenGroups,
} from "./demo-cast.ts";
import { iamGroupLeases } from "./demo-leases.ts";
import { iamGroupOutages } from "./demo-outages.ts";
import { system } from "./system.ts";

const otherFunction = "arn:aws:lambda:us-east-1:123456789012:function:payroll";
const hostile = testPayloads().filter(
  ({ expect, functionArn }) => expect === "refused" && functionArn === escalate.fields.target.settings.arn,
);

const request = requestScenes({
  thing: "Production admins",
  escalate,
  deescalate,
  granted: { says: "You now have access to IAM group prod-admins", holds: inside },
  revoked: { says: "has ended", holds: outside },
});

const mistakes: Scene[] = [
  {
    chapter: "Wrong settings and duplicate events",
    title: "Sym sends the escalate twice",
    payloads: [escalate, escalate],
    promise: "A duplicate escalate changes nothing",
    expect: { outcomes: ["granted", "granted"], holds: inside },
  },
  {
    title: "Sym sends the deescalate twice",
    payloads: [escalate, deescalate, deescalate],
    promise: "A duplicate deescalate is no error",
    expect: { outcomes: ["granted", "revoked", "nothing-to-revoke"], holds: outside },
  },
  {
    title: "Robin has no IAM user",
    arrange: robinHasNoUser,
    payloads: [escalate],
    promise: "The answer names a missing user, who is not created",
    expect: {
      outcomes: ["refused"],
      says: "IAM user robin.requester does not exist",
      holds: { "IAM user robin.requester": "does not exist" },
    },
  },
  {
    title: "The group was deleted, or its name is misspelt",
    arrange: groupIsGone,
    payloads: [escalate],
    promise: "The answer names a missing group, which is not created",
    expect: {
      outcomes: ["refused"],
      says: "IAM group prod-admins in account 123456789012 does not exist",
      holds: { "IAM group prod-admins": "does not exist", "IAM user robin.requester": "no groups" },
    },
  },
  {
    title: "Robin is in ten groups already, and IAM allows no more",
    arrange: robinIsInTenGroups,
    payloads: [escalate],
    promise: "The answer names the groups that use up the quota",
    expect: {
      outcomes: ["refused"],
      says: "team-0, team-1",
      holds: { "IAM group prod-admins": "no members" },
    },
  },
];

const attacks: Scene[] = [
  {
    chapter: "Events that the function refuses",
    title: "The event is for another function",
    lines: [["Someone", "wrote the ARN of the function payroll into this target"]],
    payloads: [withField(escalate, paths.setting("arn"), otherFunction)],
    promise: "An event for another function is refused",
    expect: { outcomes: ["refused"], says: "but this function is", holds: outside, calls: "none" },
  },
  {
    title: "A user name contains a Cyrillic o in place of robin's o",
    payloads: [testPayload("refused/username-cyrillic.json")],
    promise: "A look-alike name is refused and escaped",
    expect: {
      outcomes: ["refused"],
      says: "r\\u043ebin.requester@example.com",
      holds: outside,
      calls: "none",
    },
  },
  {
    title: "Every hostile or broken payload of test-payloads/, while Robin has access",
    arrange: robinIsInside,
    payloads: hostile.map(({ payload }) => payload),
    promise: "No hostile payload reaches IAM",
    expect: { outcomes: hostile.map(() => "refused"), holds: inside, calls: "none" },
  },
];

export const story: Story = {
  handler: "iam-group",
  title: "iam-group: Robin needs to be in the IAM group prod-admins for half an hour",
  introduction:
    "The built bundle of the handler runs in a local Lambda, event by event. IAM is a stand-in on this machine, and " +
    "so is Sym: nothing leaves the machine, and no account is needed.",
  environment,
  functionArn: escalate.fields.target.settings.arn,
  begin: everybodyIsThere,
  describe: (sandbox) => system.describe(sandbox, { payload: escalate, environment }),
  scenes: [...request, ...mistakes, ...iamGroupLeases, ...iamGroupOutages, ...attacks],
};
