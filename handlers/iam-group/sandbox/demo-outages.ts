import { sweep } from "@sym/demo/schedule";
import type { Scene } from "@sym/demo/story";
import type { Fault, FaultKind } from "@sym/stand-ins/kernel/faults";
import { deescalate, escalate, inside, outside } from "./demo-cast.ts";

const adds = "AddUserToGroup";
const actions = ["GetUser", "GetGroup", "ListGroupsForUser", adds, "RemoveUserFromGroup"];

function everythingIs(kind: FaultKind): Fault[] {
  return actions.map((action) => ({ action, kind, times: Infinity }));
}

export const iamGroupOutages: Scene[] = [
  {
    chapter: "Failures at AWS",
    title: "IAM throttles for a moment",
    faults: [{ action: adds, kind: "throttle", times: 2 }],
    payloads: [escalate],
    promise: "The handler waits out a burst of throttling",
    expect: { outcomes: ["granted"], holds: inside, calls: { AddUserToGroup: 3 } },
  },
  {
    title: "IAM keeps throttling",
    faults: [{ action: adds, kind: "throttle", times: Infinity }],
    payloads: [escalate],
    promise: "The answer reports lasting throttling",
    expect: { outcomes: ["failed"], says: "AWS is throttling iam:AddUserToGroup", holds: outside },
  },
  {
    title: "IAM is down when Robin is approved",
    faults: everythingIs("internal-error"),
    payloads: [escalate],
    promise: "With IAM down, the answer claims no access",
    expect: { outcomes: ["failed"], says: "AWS did not complete iam:", holds: outside },
  },
  {
    title: "Robin gets the access, and IAM goes down",
    payloads: [escalate],
  },
  {
    title: "IAM is down when the access should end",
    continues: true,
    faults: everythingIs("internal-error"),
    payloads: [deescalate],
    promise: "The answer reports a failed revoke",
    expect: { outcomes: ["failed"], says: "AWS did not complete iam:", holds: inside },
  },
  {
    title: "IAM is back, and the sweep runs",
    continues: true,
    passes: 1,
    arrange: (sandbox) => sandbox.faults.clear(),
    payloads: [sweep],
    promise: "The sweep finishes a failed revoke",
    expect: { outcomes: ["swept"], holds: outside },
  },
  {
    title: "IAM receives the call and never answers; the function has 3 seconds",
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
    promise: "The answer names a missing permission",
    expect: { outcomes: ["failed"], says: "not allowed to call iam:AddUserToGroup", holds: outside },
  },
  {
    title: "IAM makes the change, but its answer is lost",
    faults: [{ action: adds, kind: "answer-lost" }],
    payloads: [escalate],
    promise: "The handler detects a change whose answer was lost",
    expect: { outcomes: ["granted"], holds: inside, calls: { AddUserToGroup: 2 } },
  },
  {
    title: "IAM makes the change, but every answer is lost",
    faults: [{ action: adds, kind: "answer-lost", times: Infinity }],
    payloads: [escalate],
    promise: "A grant that may have happened is rolled back",
    expect: { outcomes: ["failed"], holds: outside, calls: { RemoveUserFromGroup: 1 } },
  },
];
