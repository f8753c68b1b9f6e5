// Checks of a function without leases, and the answers of checks.
import { checkOf, testPayload } from "@sym/test-payloads/payloads";
import { expect, test, vi } from "vitest";
import { context, granted, handlerThat, lines } from "./handler.test-support.ts";
import {
  type Access,
  bundleVersion,
  type CheckedTarget,
  createHandler,
  directAccess,
  misconfigured,
  refused,
  type TargetSystem,
} from "./index.ts";

const unused = () => Promise.reject(new Error("A check calls no other function of the handler"));
const everything = checkOf(testPayload("escalate.json"));

/** Sends a check to a function without leases. */
function answerTo(payload: unknown, system: Partial<TargetSystem<Access>> = {}) {
  const all: TargetSystem<Access> = {
    ...{ find: unused, read: unused, set: unused, satisfies: () => true },
    ...system,
  };
  return createHandler("example", () => directAccess(all))(payload, context());
}

const seen = async ({ settings }: CheckedTarget) => `Group ${settings["group_name"]} exists`;
const environment = { check: "environment", level: "ok", message: "The function's environment is valid" };
const allowList = {
  check: "ALLOWED_SETTINGS",
  level: "ok",
  message: "People may choose no setting in a prompt field; every setting is the target's own",
};

test("a check has a row for the environment, for the allow-list and for each target", async () => {
  expect(await answerTo(everything, { check: seen })).toEqual({
    body: {
      message: "3 checks: 3 ok, 0 warnings, 0 errors, 0 not checked.",
      outcome: "checked",
      system: "example",
      version: bundleVersion,
      checks: [
        environment,
        allowList,
        { check: "target prod-admins", level: "ok", message: "Group prod-admins exists" },
      ],
    },
    errors: [],
  });
});

test("the problem of a target is an error with its sentence, and an unexpected error stays in the log", async () => {
  const sentence = "Group prod-admins does not exist; create it";
  const check = async () => {
    throw refused(sentence);
  };
  expect(await answerTo(everything, { check })).toMatchObject({
    body: { checks: [environment, allowList, { level: "error", message: sentence }] },
    errors: [sentence],
  });
  const answer = await answerTo(everything, { check: () => Promise.reject(new Error("robin")) });
  expect(answer.errors).toEqual([
    "Something unexpected went wrong in the check; look for request request-1 in the function's log",
  ]);
  expect(`${JSON.stringify(answer)}${lines.join("")}`).not.toContain("robin");
});

test("a wrong environment is an error, and nothing else is checked", async () => {
  const handler = createHandler("example", () => {
    throw misconfigured("LEASES_TABLE must name a table");
  });
  const message = "This function is misconfigured: LEASES_TABLE must name a table";
  expect(await handler(everything, context())).toMatchObject({
    body: { outcome: "checked", checks: [{ check: "environment", level: "error", message }] },
    errors: [message],
  });
});

test("without a target, and without a check of targets, the answer says that no target was checked", async () => {
  const targets = { check: "targets", level: "not-checked" };
  expect(await answerTo({ event: { type: "check" } }, { check: seen })).toMatchObject({
    body: { checks: [environment, allowList, { ...targets, message: expect.stringMatching(/^No target/) }] },
    errors: [],
  });
  expect(await answerTo(everything)).toMatchObject({
    body: { checks: [environment, allowList, { ...targets, message: expect.stringMatching(/no check/) }] },
    errors: [],
  });
  const { handler } = handlerThat(async () => granted);
  expect((await handler(everything, context())).body).toMatchObject({ checks: [environment, allowList] });
});

const ownTargets = [
  { name: "shop/new", label: undefined, source: "TOGGLE_ALLOWED", settings: { group_name: "toggled" } },
];

test("without a target in the event, the targets of the allow-list and of the handler's own list are checked", async () => {
  vi.stubEnv("ALLOWED_SETTINGS", '{"group_name":["readers","writers"],"region":["eu-west-1"],"role":[]}');
  const check = vi.fn(seen);
  const { body } = await answerTo({ event: { type: "check" } }, { check, ownTargets });
  expect(body).toMatchObject({
    checks: [
      environment,
      { message: "People may choose group_name: readers, writers; region: eu-west-1; role: nothing" },
      { check: "target readers eu-west-1", message: "Group readers exists" },
      { check: "target writers eu-west-1", message: "Group writers exists" },
      { check: "target shop/new", message: "Group toggled exists" },
    ],
  });
  expect(check.mock.calls[0]?.[0].settings).toEqual({ group_name: "readers", region: "eu-west-1" });
  const named = await answerTo(everything, { check, ownTargets });
  expect(named.body).toMatchObject({ message: expect.stringMatching(/^3 checks/) });
});

test("a target that a variable names only in part is not checked; such a target in an event is an error", async () => {
  const path = "fields.target.settings.org";
  const check = async ({ settings }: CheckedTarget) => {
    throw refused(`Target has ${settings["org"] ?? "nothing"} as its setting org; set it`, { path });
  };
  const missing =
    "TOGGLE_ALLOWED does not name the setting org of this target, so the target was not checked; name all its settings in the check";
  expect(await answerTo({ event: { type: "check" } }, { check, ownTargets })).toMatchObject({
    body: { checks: [environment, allowList, { level: "not-checked", message: missing }] },
    errors: [],
  });
  const [own] = ownTargets;
  const wrong = [{ ...own, settings: { org: "a b" } }] as CheckedTarget[];
  for (const [payload, targets] of [
    [{ event: { type: "check" } }, wrong],
    [everything, ownTargets],
  ] as const)
    expect(await answerTo(payload, { check, ownTargets: targets })).toMatchObject({
      body: { checks: [environment, allowList, { level: "error" }] },
      errors: [expect.stringMatching(/as its setting org; set it$/)],
    });
});

test("a list of combinations ends at 50 targets, and the answer says how many are left out", async () => {
  const list = (prefix: string) => Array.from({ length: 9 }, (_, index) => `${prefix}${index}`);
  vi.stubEnv("ALLOWED_SETTINGS", JSON.stringify({ group_name: list("g"), role: list("r") }));
  const check = vi.fn(seen);
  const { body } = await answerTo({ event: { type: "check" } }, { check });
  expect(check).toHaveBeenCalledTimes(50);
  expect(body).toMatchObject({ message: expect.stringMatching(/^53 checks: .* 1 not checked\.$/) });
  expect("checks" in body && body.checks.at(-1)).toEqual({
    ...{ check: "targets", level: "not-checked" },
    message:
      "ALLOWED_SETTINGS allows 31 more targets than the first 50, and these were not checked; name their settings in a check of their own",
  });
  const named = await answerTo(everything, { check });
  expect(named.body).toMatchObject({ message: expect.stringMatching(/^3 checks/) });
});

test("a check looks at five targets at once, and keeps their order", async () => {
  const targets = Array.from({ length: 12 }, (_, index) => ({ name: `t${index}`, settings: {} }));
  let busy = 0;
  let most = 0;
  const check = async ({ name }: CheckedTarget) => {
    busy += 1;
    most = Math.max(most, busy);
    await new Promise((resolve) => setImmediate(resolve));
    busy -= 1;
    return name;
  };
  const { body } = await answerTo({ event: { type: "check" }, targets }, { check });
  expect(most).toBe(5);
  expect("checks" in body && body.checks.slice(2).map(({ message }) => message)).toEqual(
    targets.map(({ name }) => name),
  );
});

const target = { name: "prod-admins", settings: { group_name: "prod-admins", role_arn: "" } };

test("an empty setting is no error of the event", async () => {
  const check = vi.fn(seen);
  const answer = await answerTo({ event: { type: "check" }, targets: [target] }, { check });
  expect(answer.errors).toEqual([]);
  expect(check).toHaveBeenCalledTimes(1);
});

test.for([
  ["a text", "prod-admins"],
  ["a map", { target }],
  ["51 targets", Array(51).fill(target)],
  ["a target without a name", [{ settings: {} }]],
  ["an empty name", [{ ...target, name: "" }]],
  ["a number as a setting", [{ ...target, settings: { group_name: 1 } }]],
  ["a line break in a setting", [{ ...target, settings: { group_name: "a\nb" } }]],
])("%s as the targets is refused, and nothing is checked", async ([, targets]) => {
  expect(await answerTo({ event: { type: "check" }, targets }, { check: unused })).toMatchObject({
    body: { outcome: "failed", checks: [] },
    errors: [
      "The check's targets must be a list of 50 targets at most, each with a name and a map of settings",
    ],
  });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: "ERROR", step: "answer", outcome: "failed", reason: "refused" }),
  ]);
});

test("a check without an answer in time does not cost the rows of the other checks", async () => {
  vi.useFakeTimers();
  const handler = createHandler("example", () =>
    directAccess({
      ...{ find: unused, read: unused, set: unused, satisfies: () => true },
      check: (target) => (target.name === "mute" ? new Promise<string>(() => undefined) : seen(target)),
    }),
  );
  const targets = ["mute", "admins"].map((name) => ({ name, settings: { group_name: name } }));
  const answer = handler(
    { event: { type: "check" }, targets },
    context({ getRemainingTimeInMillis: () => 3_000 }),
  );
  await vi.advanceTimersByTimeAsync(2_999);
  vi.useRealTimers();
  expect(await answer).toMatchObject({
    body: {
      outcome: "checked",
      checks: [
        ...[environment, allowList],
        { check: "target mute", level: "error", message: expect.stringMatching(/^This check had no answer/) },
        { check: "target admins", level: "ok", message: "Group admins exists" },
      ],
    },
  });
});

test("an event with a run is no check", async () => {
  const { run } = testPayload("escalate.json");
  const answer = await answerTo({ event: { type: "check" }, run }, { check: unused });
  expect(answer).toMatchObject({
    body: { outcome: "refused" },
    errors: [expect.stringMatching(/event\.type/)],
  });
});
