import { sweep } from "@sym/demo/schedule";
import type { Scene } from "@sym/demo/story";
import {
  deescalate,
  escalate,
  nobody,
  racesAreLost,
  robinHasBeta,
  searchIsOff,
  searchIsOn,
  switchBack,
  switchCheckout,
  switchOff,
  targetsExpire,
} from "./demo-cast.ts";

export const toggles: Scene[] = [
  {
    chapter: "A switch for everybody",
    title: "Robin may switch the search off, for half an hour",
    payloads: [switchOff],
    promise: "A switch on the list is switched",
    expect: { outcomes: ["granted"], says: "off for everybody", holds: searchIsOff },
  },
  {
    title: "Half an hour later",
    continues: true,
    payloads: [switchBack],
    promise: "The switch goes back to where it was",
    expect: { outcomes: ["revoked"], holds: searchIsOn },
  },
  {
    title: "A flag that nobody has put on the list",
    payloads: [switchCheckout],
    promise: "A switch for everybody must be on the list",
    expect: { outcomes: ["refused"], says: "add it to TOGGLE_ALLOWED", holds: nobody, calls: "none" },
  },
];

export const flagOutages: Scene[] = [
  {
    chapter: "A bad day at LaunchDarkly",
    title: "Somebody else edits the flag at the same moment, twice",
    arrange: racesAreLost,
    payloads: [escalate],
    promise: "A lost race is run again",
    expect: { outcomes: ["granted"], holds: robinHasBeta, calls: { patchFeatureFlag: 3 } },
  },
  {
    title: "LaunchDarkly makes the change, but its answer is lost",
    faults: [{ action: "patchFeatureFlag", kind: "answer-lost" }],
    payloads: [escalate],
    promise: "A lost answer does not fool the handler",
    expect: { outcomes: ["granted"], holds: robinHasBeta, calls: { patchFeatureFlag: 1 } },
  },
  {
    title: "LaunchDarkly throttles, and says for how long",
    faults: [{ action: "patchFeatureFlag", kind: "throttle" }],
    payloads: [escalate],
    promise: "Throttling is waited out",
    expect: { outcomes: ["granted"], holds: robinHasBeta, calls: { patchFeatureFlag: 2 } },
  },
  {
    title: "LaunchDarkly is down when the access should end",
    continues: true,
    faults: [{ action: "getFeatureFlag", kind: "internal-error", times: Infinity }],
    payloads: [deescalate],
    promise: "A failed end is told, never passed over",
    expect: { outcomes: ["failed"], says: "LaunchDarkly did not answer (500)", holds: robinHasBeta },
  },
  {
    title: "The function and its schedule were down as well, and come back an hour later",
    continues: true,
    passes: 60,
    arrange: targetsExpire,
    payloads: [sweep],
    promise: "LaunchDarkly ends what nobody else does",
    expect: { outcomes: ["swept"], holds: nobody, calls: { patchFeatureFlag: 0 } },
  },
];
