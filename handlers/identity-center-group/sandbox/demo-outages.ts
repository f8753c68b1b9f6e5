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
    chapter: "A bad day at AWS",
    title: "AWS is changing the same group for somebody else, twice",
    arrange: (sandbox) => sandbox.identityStore.refuse({ action: adds, ...concurrent, times: 2 }),
    payloads: [escalate],
    promise: "A concurrent change is waited for",
    expect: { outcomes: ["granted"], holds: inside, calls: { CreateGroupMembership: 3 } },
  },
  {
    title: "AWS says to come back in a second",
    arrange: (sandbox) => sandbox.identityStore.throttle(adds, 1),
    payloads: [escalate],
    promise: "AWS is not asked again before the time it names",
    expect: { outcomes: ["granted"], holds: inside, calls: { CreateGroupMembership: 2 } },
  },
  {
    title: "AWS says to come back in two minutes, which the function does not have",
    arrange: (sandbox) => sandbox.identityStore.throttle(adds, 120),
    payloads: [escalate],
    promise: "A wait without a prospect is told at once",
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
    promise: "With Identity Center down, no access is claimed",
    expect: { outcomes: ["failed"], says: "AWS did not complete identitystore:", holds: outside },
  },
  {
    title: "The key that encrypts the identity store is out of reach",
    arrange: (sandbox) =>
      sandbox.identityStore.refuse({
        action: "IsMemberInGroups",
        code: "ResourceNotFoundException",
        members: { Reason: "KMS_KEY_NOT_FOUND" },
      }),
    payloads: [escalate],
    promise: "A missing key is not taken for a missing person",
    expect: { outcomes: ["failed"], says: "KMS_KEY_NOT_FOUND", holds: outside },
  },
  {
    title: "The function's role lacks a permission",
    faults: [{ action: adds, kind: "access-denied" }],
    payloads: [escalate],
    promise: "A missing permission is told by its name",
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
    promise: "A lost answer does not fool the handler",
    expect: { outcomes: ["granted"], holds: inside, calls: { CreateGroupMembership: 2 } },
  },
  {
    title: "The function dies before the revoke reaches AWS",
    continues: true,
    faults: [{ action: removes, kind: "timeout" }],
    killedAt: removes,
    payloads: [deescalate],
    promise: "A revoke cut short is not forgotten",
    expect: { outcomes: ["no answer"], holds: inside },
  },
  {
    title: "A minute later, the sweep comes by",
    continues: true,
    passes: 1,
    payloads: [sweep],
    promise: "The sweep finishes the revoke",
    expect: { outcomes: ["swept"], holds: outside },
  },
];
