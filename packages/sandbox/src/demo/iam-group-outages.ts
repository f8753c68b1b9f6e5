import type { Fault, FaultKind } from "../faults.ts";
import { deescalate, escalate, inside, outside, robinIsInside } from "./iam-group-cast.ts";
import type { Scene } from "./story.ts";

const adds = "AddUserToGroup";
const actions = ["GetUser", "GetGroup", "ListGroupsForUser", adds, "RemoveUserFromGroup"];

function everythingIs(kind: FaultKind): Fault[] {
  return actions.map((action) => ({ action, kind, times: Infinity }));
}

export const iamGroupOutages: Scene[] = [
  {
    chapter: "A bad day at AWS",
    title: "IAM throttles for a moment",
    faults: [{ action: adds, kind: "throttle", times: 2 }],
    payloads: [escalate],
    promise: "A burst of throttling is ridden out",
    expect: { outcomes: ["granted"], holds: inside, calls: { AddUserToGroup: 3 } },
  },
  {
    title: "IAM throttles without an end",
    faults: [{ action: adds, kind: "throttle", times: Infinity }],
    payloads: [escalate],
    promise: "Endless throttling is told, with what to do",
    expect: { outcomes: ["failed"], says: "AWS is throttling iam:AddUserToGroup", holds: outside },
  },
  {
    title: "IAM is down when Robin is approved",
    faults: everythingIs("internal-error"),
    payloads: [escalate],
    promise: "With IAM down, no access is claimed",
    expect: { outcomes: ["failed"], says: "AWS did not complete iam:", holds: outside },
  },
  {
    title: "IAM is down when the access should end",
    arrange: robinIsInside,
    faults: everythingIs("internal-error"),
    payloads: [deescalate],
    promise: "A failed end is told, never passed over",
    expect: { outcomes: ["failed"], says: "AWS did not complete iam:", holds: inside },
  },
  {
    title: "IAM takes the call and never answers; the function has 3 seconds",
    faults: everythingIs("timeout"),
    payloads: [escalate],
    timeoutMilliseconds: 3_000,
    promise: "The answer comes before Lambda's deadline",
    expect: { outcomes: ["failed"], says: "did not answer in time", holds: outside },
  },
  {
    title: "The function's role lacks a permission",
    faults: [{ action: adds, kind: "access-denied", times: Infinity }],
    payloads: [escalate],
    promise: "A missing permission is told by its name",
    expect: { outcomes: ["failed"], says: "not allowed to call iam:AddUserToGroup", holds: outside },
  },
  {
    title: "IAM makes the change, but its answer is lost",
    faults: [{ action: adds, kind: "answer-lost" }],
    payloads: [escalate],
    promise: "A lost answer does not fool the handler",
    expect: { outcomes: ["granted"], holds: inside, calls: { AddUserToGroup: 2 } },
  },
  {
    title: "IAM makes the change, but every answer is lost",
    faults: [{ action: adds, kind: "answer-lost", times: Infinity }],
    payloads: [escalate],
    promise: "What cannot be known is told as unknown",
    expect: { outcomes: ["failed"], says: "may or may not have changed", holds: inside },
  },
  {
    title: "The end of that request comes all the same",
    continues: true,
    payloads: [deescalate],
    promise: "The end also cleans up after a lost answer",
    expect: { outcomes: ["revoked"], holds: outside },
  },
];
