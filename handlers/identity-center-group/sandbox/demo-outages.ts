import { sweep } from "@sym/demo/schedule";
import type { Scene } from "@sym/demo/story";
import type { Fault, FaultKind } from "@sym/stand-ins/kernel/faults";
import { deescalate, escalate, inside, outside } from "./demo-cast.ts";

const adds = "CreateGroupMembership";
const removes = "DeleteGroupMembership";
const actions = ["GetUserId", "GetGroupId", "IsMemberInGroups", "DescribeGroup", "GetGroupMembershipId"];

function everythingIs(kind: FaultKind): Fault[] {
  return [...actions, adds, removes].map((action) => ({ action, kind, times: Infinity }));
}

const concurrent = { code: "ConflictException", members: { Reason: "CONCURRENT_MODIFICATION" } };

export const identityCenterGroupOutages: Scene[] = [
  {
    chapter: "Failures at AWS",
    title: "AWS is processing another change of the group, twice",
    arrange: (sandbox) => sandbox.identityStore.refuse({ action: adds, ...concurrent, times: 2 }),
    payloads: [escalate],
    promise: "The handler waits for a concurrent change",
    expect: { outcomes: ["granted"], holds: inside, calls: { CreateGroupMembership: 3 } },
  },
  {
    title: "AWS asks for a retry in one second",
    arrange: (sandbox) => sandbox.identityStore.throttle(adds, 1),
    payloads: [escalate],
    promise: "The handler does not retry before that time",
    expect: { outcomes: ["granted"], holds: inside, calls: { CreateGroupMembership: 2 } },
  },
  {
    title: "AWS asks for a retry in two minutes, after the function's deadline",
    arrange: (sandbox) => sandbox.identityStore.throttle(adds, 120),
    payloads: [escalate],
    promise: "The answer reports a wait that is too long",
    expect: {
      outcomes: ["failed"],
      says: "AWS is throttling identitystore:CreateGroupMembership",
      holds: outside,
      calls: { CreateGroupMembership: 1 },
    },
  },
  {
    title: "Identity Center is down when Robin is approved; the function has 4 seconds",
    faults: everythingIs("internal-error"),
    payloads: [escalate],
    timeoutMilliseconds: 4_000,
    promise: "With Identity Center down, the answer claims no access",
    expect: { outcomes: ["failed"], says: "AWS did not complete identitystore:", holds: outside },
  },
  {
    title: "The KMS key of the identity store is unavailable",
    arrange: (sandbox) =>
      sandbox.identityStore.refuse({
        action: "IsMemberInGroups",
        code: "ResourceNotFoundException",
        members: { Reason: "KMS_KEY_NOT_FOUND" },
      }),
    payloads: [escalate],
    promise: "A missing key is not reported as a missing user",
    expect: { outcomes: ["failed"], says: "KMS_KEY_NOT_FOUND", holds: outside },
  },
  {
    title: "The function's role lacks a permission",
    faults: [{ action: adds, kind: "access-denied" }],
    payloads: [escalate],
    promise: "The answer names a missing permission",
    expect: {
      outcomes: ["failed"],
      says: "not allowed to call identitystore:CreateGroupMembership",
      holds: outside,
    },
  },
  {
    title: "AWS makes the change, but its answer is lost",
    faults: [{ action: adds, kind: "answer-lost" }],
    payloads: [escalate],
    promise: "The handler detects a change whose answer was lost",
    expect: { outcomes: ["granted"], holds: inside, calls: { CreateGroupMembership: 2 } },
  },
  {
    title: "The function dies before the revoke reaches AWS",
    continues: true,
    faults: [{ action: removes, kind: "timeout" }],
    killedAt: removes,
    payloads: [deescalate],
    promise: "A record of the revoke survives the crash",
    expect: { outcomes: ["no answer"], holds: inside },
  },
  {
    title: "A minute later, the sweep runs",
    continues: true,
    passes: 1,
    payloads: [sweep],
    promise: "The sweep finishes the revoke",
    expect: { outcomes: ["swept"], holds: outside },
  },
];
