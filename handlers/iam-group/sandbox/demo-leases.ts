import { sweep } from "@sym/demo/schedule";
import type { Scene } from "@sym/demo/story";
import { testPayload } from "@sym/test-payloads/payloads";
import { deescalate, escalate, inside, outside, robinIsInside } from "./demo-cast.ts";

const adds = "AddUserToGroup";
const removes = "RemoveUserFromGroup";

export const iamGroupLeases: Scene[] = [
  {
    chapter: "Standing access, and interrupted work",
    title: "Robin was in the group before the request",
    arrange: robinIsInside,
    payloads: [escalate, deescalate],
    promise: "Standing access is kept",
    expect: {
      outcomes: ["already-had-access", "kept-standing"],
      says: "you had this access before the request, and keep it",
      holds: inside,
      calls: { RemoveUserFromGroup: 0 },
    },
  },
  {
    title: "Two approved requests overlap, and the first request ends",
    payloads: [escalate, testPayload("overlap-escalate.json"), deescalate],
    promise: "The end of one request leaves the other's access",
    expect: {
      outcomes: ["granted", "granted", "kept-for-other-request"],
      says: "another approved request still needs the access until",
      holds: inside,
    },
  },
  {
    title: "The second request ends",
    continues: true,
    payloads: [testPayload("overlap-deescalate.json")],
    promise: "The end of the last request revokes the access",
    expect: { outcomes: ["revoked"], holds: outside },
  },
  {
    title: "The deescalate arrives before the escalate",
    payloads: [deescalate, escalate],
    promise: "A closed request stays closed",
    expect: { outcomes: ["nothing-to-revoke", "refused"], says: "has already ended", holds: outside },
  },
  {
    title: "Sym sends the escalate twice at the same instant",
    payloads: [escalate, escalate],
    together: true,
    promise: "Concurrent duplicates make one grant",
    expect: { outcomes: ["granted", "granted"], holds: inside },
  },
  {
    title: "The function dies in the middle of the grant",
    faults: [{ action: adds, kind: "answer-withheld" }],
    killedAt: adds,
    payloads: [escalate],
    promise: "A record of the grant survives the crash",
    expect: { outcomes: ["no answer"], holds: inside },
  },
  {
    title: "A minute later, the sweep runs",
    continues: true,
    passes: 1,
    payloads: [sweep],
    promise: "The sweep rolls an unanswered grant back",
    expect: { outcomes: ["swept"], says: "1 finished", holds: outside },
  },
  {
    title: "Another day, Robin is approved again",
    payloads: [escalate],
  },
  {
    title: "The function dies before the revoke reaches IAM",
    continues: true,
    faults: [{ action: removes, kind: "timeout" }],
    killedAt: removes,
    payloads: [deescalate],
    promise: "A record of the revoke survives the crash",
    expect: { outcomes: ["no answer"], holds: inside },
  },
  {
    title: "A minute later, the sweep runs again",
    continues: true,
    passes: 1,
    payloads: [sweep],
    promise: "The sweep finishes the revoke",
    expect: { outcomes: ["swept"], holds: outside },
  },
  {
    title: "Sym sends the escalate, and never the deescalate",
    payloads: [escalate],
    promise: "Access is granted",
    expect: { outcomes: ["granted"], holds: inside },
  },
  {
    title: "Two hours later, the sweep finds the expired access",
    continues: true,
    passes: 120,
    payloads: [sweep],
    promise: "The sweep revokes access without a deescalate",
    expect: { outcomes: ["swept"], says: "1 orphaned", holds: outside },
  },
];
