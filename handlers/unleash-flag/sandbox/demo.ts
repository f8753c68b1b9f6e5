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
    promise: "One person sees the flag, and nobody else",
    expect: { outcomes: ["granted"], says: "on for user robin.requester@example.com", holds: onlyRobin },
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
    title: "Robin and Sam are approved for the same flag",
    payloads: [escalate, samEscalate],
    promise: "Two people can be targeted at once",
    expect: { outcomes: ["granted", "granted"], holds: both },
  },
  {
    title: "Robin's time is over",
    continues: true,
    payloads: [deescalate],
    promise: "The one who leaves does not take the other along",
    expect: { outcomes: ["revoked"], holds: onlySam },
  },
  {
    title: "Sam had the flag before the request, by a strategy of an administrator",
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
    title: "Two requests of Robin's overlap, and both end",
    payloads: [escalate, overlapEscalate, deescalate, overlapDeescalate],
    promise: "One request's end does not cut another short",
    expect: { outcomes: ["granted", "granted", "kept-for-other-request", "revoked"], holds: nobody },
  },
];

const refusals: Scene[] = [
  {
    chapter: "What is not done",
    title: "The flag is off, and a strategy for everybody waits behind the switch",
    arrange: othersWaitBehindTheSwitch,
    payloads: [escalate],
    promise: "No flag is switched on for one person",
    expect: { outcomes: ["refused"], says: "bring its other strategies to life", holds: nobody },
  },
  {
    title: "The flag is archived",
    arrange: flagIsArchived,
    payloads: [escalate],
    promise: "An archived flag is given to nobody",
    expect: { outcomes: ["refused"], says: "is archived", holds: nobody },
  },
  {
    title: "A switch for everybody that is not on the list",
    payloads: [switchCheckout],
    promise: "A switch for everybody must be on the list",
    expect: { outcomes: ["refused"], says: "add it to TOGGLE_ALLOWED", holds: nobody, calls: "none" },
  },
];

const toggle: Scene[] = [
  {
    chapter: "A switch for everybody",
    title: "Robin may switch the search on, for half an hour",
    payloads: [switchOn],
    promise: "A switch on the list is switched",
    expect: { outcomes: ["granted"], says: "on for everybody", holds: searchForBoth },
  },
  {
    title: "Half an hour later",
    continues: true,
    payloads: [switchBack],
    promise: "The switch goes back to where it was",
    expect: { outcomes: ["revoked"], holds: searchForNobody },
  },
];

const outages: Scene[] = [
  {
    chapter: "A bad day at Unleash",
    title: "Unleash adds the strategy, but its answer is lost",
    faults: [{ action: "addFeatureStrategy", kind: "answer-lost" }],
    payloads: [escalate],
    promise: "A lost answer does not lead to a second strategy",
    expect: { outcomes: ["granted"], holds: onlyRobin, calls: { addFeatureStrategy: 1 } },
  },
  {
    title: "Unleash throttles, and says for how long",
    faults: [{ action: "addFeatureStrategy", kind: "throttle" }],
    payloads: [escalate],
    promise: "Throttling is waited out",
    expect: { outcomes: ["granted"], holds: onlyRobin, calls: { addFeatureStrategy: 2 } },
  },
  {
    title: "Unleash is down when the access should end",
    continues: true,
    faults: [{ action: "getFeature", kind: "internal-error", times: Infinity }],
    payloads: [deescalate],
    promise: "A failed end is told, never passed over",
    expect: { outcomes: ["failed"], says: "Unleash did not answer (500)", holds: onlyRobin },
  },
  {
    title: "Unleash is back, and the sweep comes by",
    continues: true,
    passes: 1,
    arrange: unleashIsBack,
    payloads: [sweep],
    promise: "The sweep makes up for it",
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
