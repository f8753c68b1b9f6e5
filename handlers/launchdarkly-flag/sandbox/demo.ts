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
    chapter: "A request, from its beginning to its end",
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
    promise: "One person sees the variation, and nobody else",
    expect: { outcomes: ["granted"], says: "beta for user robin.requester@example.com", holds: robinHasBeta },
  },
  {
    minute: 30,
    title: "Half an hour passes (you need not wait for it)",
    continues: true,
    payloads: [deescalate],
    promise: "It is over when its time is over",
    expect: { outcomes: ["revoked"], says: "has ended", holds: nobody },
  },
];

const people: Scene[] = [
  {
    chapter: "Who was there before, and who is there as well",
    title: "Robin and Sam are approved for the same variation",
    payloads: [escalate, samEscalate],
    promise: "Two people can be targeted at once",
    expect: { outcomes: ["granted", "granted"], holds: bothHaveBeta },
  },
  {
    title: "Robin's time is over",
    continues: true,
    payloads: [deescalate],
    promise: "One who leaves does not take the other along",
    expect: { outcomes: ["revoked"], holds: samHasBeta },
  },
  {
    title: "So is Sam's",
    continues: true,
    payloads: [samDeescalate],
    promise: "The flag is as it was before both",
    expect: { outcomes: ["revoked"], holds: nobody },
  },
  {
    title: "Robin was targeted with another variation, by hand",
    arrange: robinSeesClassic,
    payloads: [escalate],
    promise: "Somebody with another variation is moved",
    expect: { outcomes: ["granted"], holds: robinHasBeta, calls: { patchFeatureFlag: 1 } },
  },
  {
    title: "The time is over",
    continues: true,
    payloads: [deescalate],
    promise: "And gets the other variation back",
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
    title: "Two requests of Robin's overlap, and both end",
    payloads: [escalate, overlapEscalate, deescalate, overlapDeescalate],
    promise: "One request's end does not cut another short",
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
    chapter: "What is not done",
    title: "Targeting of the flag is off",
    arrange: targetingIsOff,
    payloads: [escalate],
    promise: "No flag is switched on for one person",
    expect: { outcomes: ["refused"], says: "switch it on for everybody", holds: targetingOff },
  },
  {
    title: "LaunchDarkly wants an approval of its own for changes in production",
    arrange: approvalsAreRequired,
    payloads: [escalate],
    promise: "A required approval is told, not passed by",
    expect: { outcomes: ["refused"], says: "LaunchDarkly wants an approval", holds: nobody },
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
