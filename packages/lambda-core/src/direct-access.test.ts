import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import { type Access, createHandler, directAccess, SymError, type TargetSystem } from "./index.ts";

const access: Access = {
  subject: "robin",
  resource: "admins",
  names: { subject: "user robin", resource: "group admins" },
  granted: ["member"],
};
const context = {
  awsRequestId: "request-1",
  invokedFunctionArn: testPayload("escalate.json").fields.target.settings.arn,
  getRemainingTimeInMillis: () => 10_000,
};

/** What a function without leases answers to a deescalate, and what it put back. */
async function deescalate(different: Partial<TargetSystem<Access>>) {
  const restored: string[] = [];
  const system: TargetSystem<Access> = {
    absent: "absent",
    staleReadMs: 0,
    resolve: async () => access,
    read: async () => ({ state: "member", sufficient: true, access }),
    grant: async () => ({}),
    restore: async (_, state) => {
      restored.push(state);
      return {};
    },
    ...different,
  };
  const handler = createHandler("example", () => directAccess(system));
  return { answer: await handler(testPayload("deescalate.json"), context), restored };
}

const fails = (reason: "no-subject" | "no-resource" | "unavailable") => async () => {
  throw new SymError("It could not be found", { reason });
};

test("deescalate takes away what is there", async () => {
  expect(await deescalate({})).toMatchObject({
    answer: { body: { outcome: "revoked" }, errors: [] },
    restored: ["absent"],
  });
});

for (const step of ["resolve", "read"] as const) {
  test(`a person whom ${step} does not find has no access, and that is no error`, async () => {
    expect(await deescalate({ [step]: fails("no-subject") })).toMatchObject({
      answer: { body: { outcome: "nothing-to-revoke" }, errors: [] },
      restored: [],
    });
  });

  for (const reason of ["no-resource", "unavailable"] as const)
    test(`${step} that ends in ${reason} is an error, since nobody knows what was granted`, async () => {
      const { answer, restored } = await deescalate({ [step]: fails(reason) });
      expect(answer.errors).toEqual(["It could not be found"]);
      expect(restored).toEqual([]);
    });
}
