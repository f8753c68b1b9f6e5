import { sweep } from "@sym/demo/schedule";
import type { Scene } from "@sym/demo/story";
import { testPayload } from "@sym/test-payloads/payloads";
import { deescalate, escalate, inside, outside, robinIsInside } from "./demo-cast.ts";

const adds = "AddUserToGroup";
const removes = "RemoveUserFromGroup";

export const iamGroupLeases: Scene[] = [
  {
    chapter: "What is kept, and what is not forgotten",
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
    title: "Two approved requests overlap, and the first one ends",
    payloads: [escalate, testPayload("overlap-escalate.json"), deescalate],
    promise: "One request's end does not cut another short",
    expect: {
      outcomes: ["granted", "granted", "kept-for-other-request"],
      says: "another approved request still needs the access until",
      holds: inside,
    },
  },
  {
    title: "Then the second one ends",
    continues: true,
    payloads: [testPayload("overlap-deescalate.json")],
    promise: "The last request out takes the access away",
    expect: { outcomes: ["revoked"], holds: outside },
  },
  {
    title: "The end arrives before the approval",
    payloads: [deescalate, escalate],
    promise: "A closed request stays closed",
    expect: { outcomes: ["nothing-to-revoke", "refused"], says: "has already ended", holds: outside },
  },
  {
    title: "Sym sends the approval twice at the same instant",
    payloads: [escalate, escalate],
    together: true,
    promise: "Duplicates at one instant are one grant",
    expect: { outcomes: ["granted", "granted"], holds: inside },
  },
  {
    title: "The function dies in the middle of the grant",
    faults: [{ action: adds, kind: "answer-withheld" }],
    killedAt: adds,
    payloads: [escalate],
    promise: "A crash leaves a record",
    expect: { outcomes: ["no answer"], holds: inside },
  },
  {
    title: "A minute later, the sweep comes by",
    continues: true,
    passes: 1,
    payloads: [sweep],
    promise: "The sweep takes back what nobody was told of",
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
    promise: "A revoke cut short is not forgotten",
    expect: { outcomes: ["no answer"], holds: inside },
  },
  {
    title: "A minute later, the sweep comes by again",
    continues: true,
    passes: 1,
    payloads: [sweep],
    promise: "The sweep finishes the revoke",
    expect: { outcomes: ["swept"], holds: outside },
  },
  {
    title: "Sym grants, and is never heard of again",
    payloads: [escalate],
    promise: "Access begins as usual",
    expect: { outcomes: ["granted"], holds: inside },
  },
  {
    title: "Two hours later, the sweep finds access whose time is long over",
    continues: true,
    passes: 120,
    payloads: [sweep],
    promise: "Access ends, also without Sym",
    expect: { outcomes: ["swept"], says: "1 orphaned", holds: outside },
  },
];
