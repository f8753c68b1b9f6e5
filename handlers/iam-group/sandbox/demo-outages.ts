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
    title: "Robin gets the access, and IAM goes down",
    payloads: [escalate],
  },
  {
    title: "IAM is down when the access should end",
    continues: true,
    faults: everythingIs("internal-error"),
    payloads: [deescalate],
    promise: "A failed end is told, never passed over",
    expect: { outcomes: ["failed"], says: "AWS did not complete iam:", holds: inside },
  },
  {
    title: "IAM is back, and so is the sweep",
    continues: true,
    passes: 1,
    arrange: (sandbox) => sandbox.faults.clear(),
    payloads: [sweep],
    promise: "A failed end is finished by the sweep",
    expect: { outcomes: ["swept"], holds: outside },
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
    promise: "A grant that may have happened is put back",
    expect: { outcomes: ["failed"], holds: outside, calls: { RemoveUserFromGroup: 1 } },
  },
];
