import type { Scene } from "@sym/demo/story";
import {
  appIsUninstalled,
  deescalate,
  escalate,
  inside,
  keyIsChanged,
  limitIsReached,
  outside,
  robinIsInside,
} from "./demo-cast.ts";

const puts = "teams/add-or-update-membership-for-user-in-org";

export const gitHubTeamOutages: Scene[] = [
  {
    chapter: "Failures at GitHub",
    title: "GitHub's secondary rate limit asks for a retry in one second",
    faults: [{ action: puts, kind: "throttle" }],
    payloads: [escalate],
    promise: "The handler waits out a short rate limit",
    expect: { outcomes: ["granted"], holds: inside, calls: { [puts]: 2 } },
  },
  {
    title: "The hourly rate limit is used up for half an hour",
    arrange: limitIsReached,
    payloads: [escalate],
    promise: "A long rate limit is reported at once, with its end",
    expect: {
      outcomes: ["failed"],
      says: "GitHub rate limit reached; retry in",
      holds: outside,
    },
  },
  {
    title: "GitHub is down when the access should end",
    payloads: [escalate],
    promise: "Access is granted before the outage",
    expect: { outcomes: ["granted"], holds: inside },
  },
  {
    title: "GitHub is down when the access should end",
    continues: true,
    faults: [{ action: "teams/remove-membership-for-user-in-org", kind: "internal-error", times: 3 }],
    payloads: [deescalate],
    promise: "The answer reports a failed revoke",
    expect: {
      outcomes: ["failed"],
      says: "the next sweep tries again; until then the access may remain",
      holds: inside,
    },
  },
  {
    title: "GitHub makes the change, but its answer is lost",
    faults: [{ action: puts, kind: "answer-lost" }],
    payloads: [escalate],
    promise: "The handler detects a change whose answer was lost",
    expect: { outcomes: ["granted"], holds: inside },
  },
  {
    title: "The App's key was rotated while the function was warm",
    arrange: keyIsChanged,
    payloads: [escalate],
    promise: "The function loads a rotated key without a restart",
    expect: { outcomes: ["granted"], holds: inside, calls: { GetSecretValue: 1 } },
  },
  {
    title: "The function lacks a permission",
    faults: [{ action: puts, kind: "access-denied" }],
    payloads: [escalate],
    promise: "The answer names a missing permission",
    expect: { outcomes: ["failed"], says: "the call needs members=write", holds: outside },
  },
  {
    title: "An administrator uninstalled the App, and Robin's request expires",
    arrange: (sandbox) => {
      robinIsInside(sandbox);
      appIsUninstalled(sandbox);
    },
    payloads: [escalate],
    promise: "A missing App is not reported as a missing team",
    expect: { outcomes: ["refused"], says: "is not installed in the organisation acme", holds: inside },
  },
];
