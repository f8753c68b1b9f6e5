import { sweep } from "@sym/demo/schedule";
import type { Scene, Story } from "@sym/demo/story";
import {
  both,
  deescalate,
  describeFlags,
  environment,
  escalate,
  flagIsArchived,
  flagsAreThere,
  functionArn,
  nobody,
  onlyRobin,
  onlySam,
  othersWaitBehindTheSwitch,
  overlapDeescalate,
  overlapEscalate,
  samDeescalate,
  samEscalate,
  samSeesTheFlag,
  searchForBoth,
  searchForNobody,
  switchBack,
  switchCheckout,
  switchOn,
  unleashIsBack,
} from "./demo-cast.ts";

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
    promise: "Only the requester sees the flag",
    expect: { outcomes: ["granted"], says: "on for user robin.requester@example.com", holds: onlyRobin },
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
    title: "Robin and Sam are approved for the same flag",
    payloads: [escalate, samEscalate],
    promise: "Two people can be targeted at once",
    expect: { outcomes: ["granted", "granted"], holds: both },
  },
  {
    title: "Robin's request expires",
    continues: true,
    payloads: [deescalate],
    promise: "The end of one request leaves the other person",
    expect: { outcomes: ["revoked"], holds: onlySam },
  },
  {
    title: "Sam had the flag before the request, through an administrator's strategy",
    arrange: samSeesTheFlag,
    payloads: [samEscalate, samDeescalate],
    promise: "Standing access is kept",
    expect: {
      outcomes: ["already-had-access", "kept-standing"],
      holds: onlySam,
      calls: { addFeatureStrategy: 0, deleteFeatureStrategy: 0 },
    },
  },
  {
    title: "Two requests by Robin overlap, and both end",
    payloads: [escalate, overlapEscalate, deescalate, overlapDeescalate],
    promise: "The end of one request leaves the other's access",
    expect: { outcomes: ["granted", "granted", "kept-for-other-request", "revoked"], holds: nobody },
  },
];

const refusals: Scene[] = [
  {
    chapter: "Refused and pending requests",
    title: "The flag is off, and has a strategy for all users",
    arrange: othersWaitBehindTheSwitch,
    payloads: [escalate],
    promise: "A flag that is off is not switched on for one user",
    expect: { outcomes: ["refused"], says: "would also activate its other strategies", holds: nobody },
  },
  {
    title: "The flag is archived",
    arrange: flagIsArchived,
    payloads: [escalate],
    promise: "An archived flag is refused",
    expect: { outcomes: ["refused"], says: "is archived", holds: nobody },
  },
  {
    title: "Robin requests a flag for all users that is not in TOGGLE_ALLOWED",
    payloads: [switchCheckout],
    promise: "A flag is switched for all users only if listed",
    expect: { outcomes: ["refused"], says: "add it to TOGGLE_ALLOWED", holds: nobody, calls: "none" },
  },
];

const toggle: Scene[] = [
  {
    chapter: "A flag for all users",
    title: "Robin is approved to switch the search on for half an hour",
    payloads: [switchOn],
    promise: "A listed flag is switched",
    expect: { outcomes: ["granted"], says: "on for all users", holds: searchForBoth },
  },
  {
    title: "Half an hour later, the request expires",
    continues: true,
    payloads: [switchBack],
    promise: "The end restores the flag's earlier state",
    expect: { outcomes: ["revoked"], holds: searchForNobody },
  },
];

const outages: Scene[] = [
  {
    chapter: "Failures at Unleash",
    title: "Unleash adds the strategy, but its answer is lost",
    faults: [{ action: "addFeatureStrategy", kind: "answer-lost" }],
    payloads: [escalate],
    promise: "A lost answer causes no second strategy",
    expect: { outcomes: ["granted"], holds: onlyRobin, calls: { addFeatureStrategy: 1 } },
  },
  {
    title: "Unleash's rate limit asks for a retry at a given time",
    faults: [{ action: "addFeatureStrategy", kind: "throttle" }],
    payloads: [escalate],
    promise: "The handler waits out the rate limit",
    expect: { outcomes: ["granted"], holds: onlyRobin, calls: { addFeatureStrategy: 2 } },
  },
  {
    title: "Unleash is down when the access should end",
    continues: true,
    faults: [{ action: "getFeature", kind: "internal-error", times: Infinity }],
    payloads: [deescalate],
    promise: "The answer reports a failed revoke",
    expect: { outcomes: ["failed"], says: "Unleash did not complete the request (500)", holds: onlyRobin },
  },
  {
    title: "Unleash is back, and the sweep runs",
    continues: true,
    passes: 1,
    arrange: unleashIsBack,
    payloads: [sweep],
    promise: "The sweep finishes the revoke",
    expect: { outcomes: ["swept"], holds: nobody },
  },
];

export const story: Story = {
  handler: "unleash-flag",
  title: "unleash-flag: Robin needs to see the new checkout for half an hour",
  introduction:
    "The built bundle of the handler runs in a local Lambda, event by event. Unleash is the real server, fetched once " +
    "and run as a program of its own on this machine; Sym is a stand-in. No account is needed.",
  environment,
  functionArn,
  sandbox: { unleash: true },
  begin: flagsAreThere,
  describe: describeFlags,
  scenes: [...request, ...people, ...refusals, ...toggle, ...outages],
};
