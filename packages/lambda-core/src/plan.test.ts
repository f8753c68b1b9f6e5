// Plans of a function without leases, and the answers of plans.
import { planOf, testPayload } from "@sym/test-payloads/payloads";
import { expect, test, vi } from "vitest";
import { context, granted, handlerThat, lines } from "./handler.test-support.ts";
import {
  type Access,
  absent,
  bundleVersion,
  createHandler,
  directAccess,
  type Found,
  misconfigured,
  type Plan,
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
const found: Found<Access> = { access, state: absent, effect: "by-state", wanted: "member" };
const plan = planOf(testPayload("escalate.json"));
const requester = "robin.requester@example.com";

/** Sends a plan to a function without leases, which must change nothing. */
async function answerTo(
  payload: unknown,
  { found: more, ...different }: Partial<TargetSystem<Access>> & { found?: Partial<Found<Access>> } = {},
) {
  const set = vi.fn(async () => ({}));
  const system: TargetSystem<Access> = {
    satisfies: ranked(absent, "member", "maintainer"),
    find: async () => ({ ...found, ...more }),
    read: async () => found,
    ...{ set, ...different },
  };
  const answer = await createHandler("example", () => directAccess(system))(payload, context());
  expect(set).not.toHaveBeenCalled();
  return answer;
}

const noLeases =
  "This function keeps no leases, so the end of the request can also revoke access from before.";
const noDuration = planOf(testPayload("no-duration-escalate.json"));

test("a plan names the access, its end, the present state, and the missing leases", async () => {
  const answer = await answerTo(plan);
  expect(answer).toEqual({
    body: {
      message: expect.stringMatching(
        /^robin\.requester@example\.com \(user robin\) would get access to group admins until \d{4}-\d\d-\d\d \d\d:\d\d UTC, and does not have the access now\. This function/,
      ),
      outcome: "would-grant",
      system: "example",
      version: bundleVersion,
      resource: "group admins",
      subject: "user robin",
      run_id: "11111111-1111-4111-8111-111111111111",
      state: absent,
      wanted: "member",
      expires_at: expect.stringMatching(/^\d{4}-.+Z$/),
    },
    errors: [],
  });
  expect(answer.body.message.endsWith(noLeases)).toBe(true);
});

test("a plan of a request without a duration names no end", async () => {
  const { body } = await answerTo(noDuration, { found: { state: "guest" } });
  expect(body.message).toBe(
    `${requester} (user robin) would get access to group admins, and has the state guest now. ${noLeases}`,
  );
  expect(body).not.toHaveProperty("expires_at");
});

test("a plan names the further step and the rights after the end that the handler forecasts", async () => {
  const forecast = vi.fn(async () => ({ pending: "accept <it>", residualAccess: "Sessions go on." }));
  expect((await answerTo(noDuration, { forecast })).body).toMatchObject({
    outcome: "would-be-pending",
    message: `${requester} (user robin) would not have access to group admins until a further step: accept &lt;it&gt;; ${requester} (user robin) does not have the access now. ${noLeases} Sessions go on.`,
    residual_access: "Sessions go on.",
  });
  expect(forecast).toHaveBeenCalledWith(
    expect.objectContaining({ state: absent }),
    { state: "member", until: null, afterwards: absent },
    expect.objectContaining({ request: expect.objectContaining({ type: "escalate" }) }),
  );
});

test("for an access that all people share, a plan names the requester only", async () => {
  const shared = { ...access, subject: "everybody", names: { ...access.names, subject: "everybody" } };
  const { body } = await answerTo(noDuration, { found: { access: shared } });
  expect(body.message).toContain(`${requester} would get access to group admins`);
});

for (const more of [{ state: "member" }, { state: "maintainer" }, { effect: "anyway" as const }])
  test(`with ${JSON.stringify(more)}, a plan without leases says that the access is there, and not by which request`, async () => {
    const forecast = () => Promise.reject(new Error("A grant of nothing needs no forecast"));
    expect((await answerTo(plan, { found: more, forecast })).body).toMatchObject({
      outcome: "already-standing",
      message: `${requester} (user robin) has access to group admins already. ${noLeases}`,
    });
  });

test("with leases, a plan says that standing access stays, or that the request would restore it", async () => {
  const planned: Plan = {
    outcome: "already-standing",
    access,
    state: absent,
    wanted: "member",
    others: { count: 1 },
  };
  const message = async (more: Partial<Plan>) => {
    const actions = { escalate: async () => granted, deescalate: async () => granted };
    const make = async () => ({ ...planned, ...more });
    return (await createHandler("example", () => ({ ...actions, plan: make }))(plan, context())).body.message;
  };
  const who = `${requester} (user robin)`;
  expect(await message({})).toBe(
    `${who} has access to group admins without any request, and would keep the access: the request would change nothing.`,
  );
  expect(await message({ outcome: "would-grant", isRestored: true, others: { count: 0 } })).toBe(
    `${who} had access to group admins before an earlier request, whose end has not restored the access yet; this request would restore the access, and ${who} would keep it. No other request holds this access.`,
  );
});

const obstacle = "Group admins is archived; name another in the target";
const refusing = async () => {
  throw new SymError(obstacle, { reason: "refused" });
};

for (const [what, system] of [
  ["an obstacle", { found: { effect: { obstacle } } }],
  ["a refusal of the look-up", { find: refusing }],
  ["a refusal that only the change would meet", { forecast: refusing }],
] as const)
  test(`${what} is the result of a plan, and no error`, async () => {
    expect(await answerTo(plan, system)).toEqual({
      body: {
        message: `The request of ${requester} would be refused: ${obstacle}.`,
        outcome: "would-be-refused",
        system: "example",
        version: bundleVersion,
        resource: null,
        subject: null,
        run_id: "11111111-1111-4111-8111-111111111111",
      },
      errors: [],
    });
  });

test("a target system that does not answer means that there is no plan", async () => {
  const find = async () => {
    throw new SymError("The system did not answer; try again", { reason: "unavailable" });
  };
  expect(await answerTo(plan, { find })).toMatchObject({
    body: { outcome: "failed", message: "There is no plan: The system did not answer; try again." },
    errors: ["The system did not answer; try again"],
  });
});

test("a plan that fails leaves one line besides those of its steps, with the error and the request", async () => {
  const find = async () => {
    throw new SymError("GitHub is down", { reason: "unavailable", retryable: true });
  };
  await answerTo(plan, { find });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      ...{ level: "ERROR", step: "answer", event_type: "plan", run_id: plan.run.srn.split(":").at(-1) },
      ...{
        version: bundleVersion,
        outcome: "failed",
        error: "SymError",
        reason: "unavailable",
        duration: expect.any(Number),
      },
    }),
  ]);
});

test("an unexpected error stays in the log", async () => {
  const find = () => Promise.reject(new Error(requester));
  const answer = await answerTo(plan, { find });
  expect(answer).toMatchObject({
    body: { outcome: "failed" },
    errors: ["Something unexpected went wrong; look for request request-1 in the function's log"],
  });
  expect(`${JSON.stringify(answer)}${lines.join("")}`).not.toContain("robin");
});

test("a plan that a function cannot answer in time is answered before the deadline", async () => {
  vi.useFakeTimers();
  const handler = createHandler("example", () => ({
    ...{ escalate: async () => granted, deescalate: async () => granted },
    plan: () => new Promise(() => undefined),
  }));
  const answer = handler(plan, context({ getRemainingTimeInMillis: () => 3_000 }));
  await vi.advanceTimersByTimeAsync(2_999);
  vi.useRealTimers();
  expect(await answer).toMatchObject({
    body: { outcome: "failed" },
    errors: ["The target system did not answer in time, and nothing was changed; try again in a minute"],
  });
});

test("a plan of another function, or with a value that people may not choose, would be refused", async () => {
  const other = structuredClone(plan);
  other.fields.target.settings.arn += "-2";
  expect(await answerTo(other)).toMatchObject({
    body: { outcome: "would-be-refused", message: expect.stringContaining("fields.target.settings.arn is") },
    errors: [],
  });
  vi.stubEnv("ALLOWED_SETTINGS", '{"group_name":["readers"]}');
  expect(await answerTo(plan)).toMatchObject({
    body: { outcome: "would-be-refused", message: expect.stringContaining("ALLOWED_SETTINGS") },
    errors: [],
  });
});

test("a plan whose fields cannot be read is an error that names the field", async () => {
  for (const payload of [{ event: { type: "plan" } }, { ...plan, run: [] }, { ...plan, fields: {} }])
    expect(await answerTo(payload)).toMatchObject({
      body: { outcome: "failed", run_id: null },
      errors: [expect.stringMatching(/^Payload refused: (run|fields\.target)/)],
    });
});

test("a plan is an error for a function whose environment is wrong, and for a function that makes no plans", async () => {
  const wrong = createHandler("example", () => {
    throw misconfigured("LEASES_TABLE must name a table");
  });
  const sentence = "This function is misconfigured: LEASES_TABLE must name a table";
  expect(await wrong(plan, context())).toMatchObject({ body: { outcome: "failed" }, errors: [sentence] });
  const { handler, requests } = handlerThat(async () => granted);
  expect(await handler(plan, context())).toMatchObject({
    body: { outcome: "failed" },
    errors: ["This function makes no plans"],
  });
  expect(requests).toEqual([]);
});

test("an event of another type than plan is no plan", async () => {
  for (const type of ["Plan", "plans", ["plan"], "constructor"]) {
    const answer = await answerTo({ ...plan, event: { type } });
    expect(answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [expect.stringMatching(/event\.type/)],
    });
  }
  const inherited = Object.create({ type: "plan" });
  expect((await answerTo({ ...plan, event: inherited })).body.outcome).toBe("refused");
});
