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
    chapter: "A bad day at GitHub",
    title: "A secondary rate limit: GitHub says to come back in a second",
    faults: [{ action: puts, kind: "throttle" }],
    payloads: [escalate],
    promise: "A short limit is waited out, as told",
    expect: { outcomes: ["granted"], holds: inside, calls: { [puts]: 2 } },
  },
  {
    title: "The hourly limit is used up for half an hour",
    arrange: limitIsReached,
    payloads: [escalate],
    promise: "A long limit is told at once, with its end",
    expect: {
      outcomes: ["failed"],
      says: "GitHub limits this function's calls; try again in",
      holds: outside,
    },
  },
  {
    title: "GitHub is down when the access should end",
    payloads: [escalate],
    promise: "Access is there before the outage",
    expect: { outcomes: ["granted"], holds: inside },
  },
  {
    title: "GitHub is down when the access should end",
    continues: true,
    faults: [{ action: "teams/remove-membership-for-user-in-org", kind: "internal-error", times: 3 }],
    payloads: [deescalate],
    promise: "A failed end is told, never passed over",
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
    promise: "A lost answer does not fool the handler",
    expect: { outcomes: ["granted"], holds: inside },
  },
  {
    title: "The App's key was changed while the function was warm",
    arrange: keyIsChanged,
    payloads: [escalate],
    promise: "A new key is fetched without a restart",
    expect: { outcomes: ["granted"], holds: inside, calls: { GetSecretValue: 1 } },
  },
  {
    title: "The function lacks a permission",
    faults: [{ action: puts, kind: "access-denied" }],
    payloads: [escalate],
    promise: "A missing permission is told by its name",
    expect: { outcomes: ["failed"], says: "that needs members=write", holds: outside },
  },
  {
    title: "Somebody uninstalled the App, and Robin's time is over",
    arrange: (sandbox) => {
      robinIsInside(sandbox);
      appIsUninstalled(sandbox);
    },
    payloads: [escalate],
    promise: "A missing App is no missing team",
    expect: { outcomes: ["refused"], says: "is not installed in the organisation acme", holds: inside },
  },
];
