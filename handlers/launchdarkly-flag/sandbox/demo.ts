import type { Scene, Story } from "@sym/demo/story";
import {
  approvalsAreRequired,
  bothHaveBeta,
  deescalate,
  describeFlags,
  environment,
  escalate,
  flagsAreThere,
  functionArn,
  nobody,
  otherVariation,
  overlapDeescalate,
  overlapEscalate,
  robinHasBeta,
  robinHasClassic,
  robinSeesBeta,
  robinSeesClassic,
  samDeescalate,
  samEscalate,
  samHasBeta,
  targetingIsOff,
  targetingOff,
} from "./demo-cast.ts";
import { flagOutages, toggles } from "./demo-outages.ts";

const request: Scene[] = [
  {
    chapter: "A request, from approval to expiry",
    minute: -2,
    title: "Robin asks in Slack",
    lines: [["Robin", 'asks to see the new checkout, for 30 minutes: "A customer sees an error there"']],
  },
  {
    minute: 0,
    title: "Alex approves",
    lines: [["Alex", 'says: "Go ahead"']],
    continues: true,
    payloads: [escalate],
    promise: "Only the requester sees the variation",
    expect: { outcomes: ["granted"], says: "beta for user robin.requester@example.com", holds: robinHasBeta },
  },
  {
    minute: 30,
    title: "Half an hour passes (the demo does not wait)",
    continues: true,
    payloads: [deescalate],
    promise: "Access ends when the request expires",
    expect: { outcomes: ["revoked"], says: "has ended", holds: nobody },
  },
];

const people: Scene[] = [
  {
    chapter: "Standing access, and concurrent requests",
    title: "Robin and Sam are approved for the same variation",
    payloads: [escalate, samEscalate],
    promise: "Two people can be targeted at once",
    expect: { outcomes: ["granted", "granted"], holds: bothHaveBeta },
  },
  {
    title: "Robin's request expires",
    continues: true,
    payloads: [deescalate],
    promise: "The end of one request leaves the other person",
    expect: { outcomes: ["revoked"], holds: samHasBeta },
  },
  {
    title: "Sam's request expires",
    continues: true,
    payloads: [samDeescalate],
    promise: "The flag is as before both requests",
    expect: { outcomes: ["revoked"], holds: nobody },
  },
  {
    title: "An administrator had targeted Robin with another variation",
    arrange: robinSeesClassic,
    payloads: [escalate],
    promise: "The requested variation replaces the other variation",
    expect: { outcomes: ["granted"], holds: robinHasBeta, calls: { patchFeatureFlag: 1 } },
  },
  {
    title: "The request expires",
    continues: true,
    payloads: [deescalate],
    promise: "The end restores the other variation",
    expect: { outcomes: ["revoked"], holds: robinHasClassic },
  },
  {
    title: "Robin had the variation before the request",
    arrange: robinSeesBeta,
    payloads: [escalate, deescalate],
    promise: "Standing access is kept",
    expect: {
      outcomes: ["already-had-access", "kept-standing"],
      holds: robinHasBeta,
      calls: { patchFeatureFlag: 0, patchExpiringTargets: 0 },
    },
  },
  {
    title: "Two requests by Robin overlap, and both end",
    payloads: [escalate, overlapEscalate, deescalate, overlapDeescalate],
    promise: "The end of one request leaves the other's access",
    expect: { outcomes: ["granted", "granted", "kept-for-other-request", "revoked"], holds: nobody },
  },
  {
    title: "While Robin has one variation, a second request asks for another",
    payloads: [escalate, otherVariation],
    promise: "A second variation waits for the first to end",
    expect: { outcomes: ["granted", "refused"], says: "in another state", holds: robinHasBeta },
  },
];

const refusals: Scene[] = [
  {
    chapter: "Refused and pending requests",
    title: "Targeting of the flag is off",
    arrange: targetingIsOff,
    payloads: [escalate],
    promise: "A flag that is off is not switched on for one user",
    expect: { outcomes: ["refused"], says: "switching it on would affect all users", holds: targetingOff },
  },
  {
    title: "LaunchDarkly requires its own approval for changes in production",
    arrange: approvalsAreRequired,
    payloads: [escalate],
    promise: "The answer names the required approval",
    expect: { outcomes: ["refused"], says: "LaunchDarkly requires an approval", holds: nobody },
  },
];

export const story: Story = {
  handler: "launchdarkly-flag",
  title: "launchdarkly-flag: Robin needs to see the new checkout for half an hour",
  introduction:
    "The built bundle of the handler runs in a local Lambda, event by event. LaunchDarkly is a stand-in on this " +
    "machine, and so is Sym: nothing leaves the machine, and no account is needed.",
  environment,
  functionArn,
  begin: flagsAreThere,
  describe: describeFlags,
  scenes: [...request, ...people, ...refusals, ...toggles, ...flagOutages],
};
