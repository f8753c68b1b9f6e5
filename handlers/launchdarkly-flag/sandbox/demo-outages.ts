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
    chapter: "A flag for all users",
    title: "Robin is approved to switch the search off for half an hour",
    payloads: [switchOff],
    promise: "A listed flag is switched",
    expect: { outcomes: ["granted"], says: "off for all users", holds: searchIsOff },
  },
  {
    title: "Half an hour later, the request expires",
    continues: true,
    payloads: [switchBack],
    promise: "The end restores the flag's earlier state",
    expect: { outcomes: ["revoked"], holds: searchIsOn },
  },
  {
    title: "The flag is not in TOGGLE_ALLOWED",
    payloads: [switchCheckout],
    promise: "A flag is switched for all users only if listed",
    expect: { outcomes: ["refused"], says: "add it to TOGGLE_ALLOWED", holds: nobody, calls: "none" },
  },
];

export const flagOutages: Scene[] = [
  {
    chapter: "Failures at LaunchDarkly",
    title: "Another client edits the flag at the same moment, twice",
    arrange: racesAreLost,
    payloads: [escalate],
    promise: "The handler retries after a conflict",
    expect: { outcomes: ["granted"], holds: robinHasBeta, calls: { patchFeatureFlag: 3 } },
  },
  {
    title: "LaunchDarkly makes the change, but its answer is lost",
    faults: [{ action: "patchFeatureFlag", kind: "answer-lost" }],
    payloads: [escalate],
    promise: "The handler detects a change whose answer was lost",
    expect: { outcomes: ["granted"], holds: robinHasBeta, calls: { patchFeatureFlag: 1 } },
  },
  {
    title: "LaunchDarkly's rate limit asks for a retry at a given time",
    faults: [{ action: "patchFeatureFlag", kind: "throttle" }],
    payloads: [escalate],
    promise: "The handler waits out the rate limit",
    expect: { outcomes: ["granted"], holds: robinHasBeta, calls: { patchFeatureFlag: 2 } },
  },
  {
    title: "LaunchDarkly is down when the access should end",
    continues: true,
    faults: [{ action: "getFeatureFlag", kind: "internal-error", times: Infinity }],
    payloads: [deescalate],
    promise: "The answer reports a failed revoke",
    expect: {
      outcomes: ["failed"],
      says: "LaunchDarkly did not complete the request (500)",
      holds: robinHasBeta,
    },
  },
  {
    title: "The function and its schedule are down for an hour",
    continues: true,
    passes: 60,
    arrange: targetsExpire,
    payloads: [sweep],
    promise: "LaunchDarkly's scheduled removal ends the access",
    expect: { outcomes: ["swept"], holds: nobody, calls: { patchFeatureFlag: 0 } },
  },
];
