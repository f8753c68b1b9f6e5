import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import {
  type Access,
  absent,
  type Change,
  createHandler,
  directAccess,
  type Found,
  ranked,
  SymError,
  type TargetSystem,
} from "./index.ts";

const access: Access = {
  host: "example.com",
  subject: "17",
  resource: "4",
  names: { subject: "user robin", resource: "group admins" },
};
const found: Found<Access> = { access, state: "member", effect: "by-state", wanted: "member" };
const context = {
  awsRequestId: "request-1",
  invokedFunctionArn: testPayload("escalate.json").fields.target.settings.arn,
  getRemainingTimeInMillis: () => 10_000,
};

/** A function without leases, with its answers, its changes and the number of its releases. */
async function send(
  file: string,
  { found: more, ...different }: Partial<TargetSystem<Access>> & { found?: Partial<Found<Access>> } = {},
) {
  const changes: Change[] = [];
  let released = 0;
  const system: TargetSystem<Access> = {
    satisfies: ranked(absent, "member", "maintainer"),
    find: async () => ({ ...found, ...more }),
    read: async () => found,
    set: async (_, change) => {
      changes.push(change);
      return {};
    },
    release: async () => {
      released += 1;
    },
    ...different,
  };
  const handler = createHandler("example", () => directAccess(system));
  return { answer: await handler(testPayload(file), context), changes, released };
}

const isMissing = (reason: "no-subject" | "no-resource" | "unavailable") => async () => {
  throw new SymError("It could not be found", { reason });
};

test("escalate sets the wanted state until the request's end, and absent afterwards", async () => {
  const before = Date.now();
  const { answer, changes } = await send("escalate.json", { found: { state: absent } });
  expect(answer).toMatchObject({ body: { outcome: "granted" }, errors: [] });
  expect(changes).toEqual([{ state: "member", until: expect.any(Number), afterwards: absent }]);
  expect(Number(changes[0]?.until)).toBeGreaterThanOrEqual(before + 1_800_000);
  expect(Number(changes[0]?.until)).toBeLessThanOrEqual(Date.now() + 1_800_000);
});

test("escalate sets a state that the reading already shows, since the reading may be stale", async () => {
  const { answer, changes } = await send("escalate.json");
  expect(answer.body.outcome).toBe("already-had-access");
  expect(changes).toHaveLength(1);
});

test("escalate does not lower a state above the wanted state", async () => {
  const { answer, changes } = await send("escalate.json", { found: { state: "maintainer" } });
  expect(answer.body.outcome).toBe("already-had-access");
  expect(changes).toEqual([]);
});

test("escalate changes nothing for a subject that has the access in every state", async () => {
  const { answer, changes } = await send("escalate.json", { found: { state: absent, effect: "anyway" } });
  expect(answer.body.outcome).toBe("already-had-access");
  expect(changes).toEqual([]);
});

test("escalate is refused, and names the obstacle that leaves the access without effect", async () => {
  const obstacle = "Group admins is archived; name another in the target";
  const { answer, changes } = await send("escalate.json", { found: { effect: { obstacle } } });
  expect(answer).toMatchObject({ body: { outcome: "refused" }, errors: [obstacle] });
  expect(changes).toEqual([]);
});

test("a grant that waits for a step of the requester is pending", async () => {
  const set = async () => ({ pending: "accept the invitation" });
  const { answer } = await send("escalate.json", { found: { state: absent }, set });
  expect(answer.body).toMatchObject({
    outcome: "pending",
    message: "You do not have access to group admins yet: accept the invitation.",
  });
});

test("deescalate removes the access, and calls release", async () => {
  expect(await send("deescalate.json")).toMatchObject({
    answer: { body: { outcome: "revoked" }, errors: [] },
    changes: [{ state: absent, until: null, afterwards: absent }],
    released: 1,
  });
});

test("deescalate names the residual access", async () => {
  const set = async () => ({ residualAccess: "Open sessions go on for an hour." });
  expect((await send("deescalate.json", { set })).answer.body).toMatchObject({
    residual_access: "Open sessions go on for an hour.",
  });
});

test("deescalate removes the access even if the reading shows no access", async () => {
  expect(await send("deescalate.json", { found: { state: absent } })).toMatchObject({
    answer: { body: { outcome: "nothing-to-revoke" }, errors: [] },
    changes: [{ state: absent }],
  });
});

test("a subject that does not exist has no access, without an error", async () => {
  expect(await send("deescalate.json", { find: isMissing("no-subject") })).toMatchObject({
    answer: { body: { outcome: "nothing-to-revoke" }, errors: [] },
    changes: [],
  });
});

for (const reason of ["no-resource", "unavailable"] as const)
  test(`deescalate is an error after ${reason}, since no record names the grant`, async () => {
    const { answer, changes } = await send("deescalate.json", { find: isMissing(reason) });
    expect(answer.errors).toEqual(["It could not be found"]);
    expect(changes).toEqual([]);
  });
