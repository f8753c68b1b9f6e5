// The event line of the log, with and without people.
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test, vi } from "vitest";
import { context, granted, lines, robin } from "./handler.test-support.ts";
import {
  type ActionResult,
  bundleVersion,
  createHandler,
  type Invocation,
  notFound,
  refused,
  SymError,
} from "./index.ts";

const access = {
  host: "123456789012",
  resource: "AGPA1",
  subject: "AIDA1",
  names: { subject: "IAM user robin.requester", resource: "IAM group prod-admins" },
};

/** Sends an event to a function with this action, and returns its event lines. */
async function eventLines(
  act: (invocation: Invocation) => ActionResult | Promise<ActionResult>,
  payload: unknown = testPayload("escalate.json"),
) {
  const action = async (_: unknown, invocation: Invocation) => act(invocation);
  const handler = createHandler("example", () => ({ escalate: action, deescalate: action }));
  await handler(payload, context());
  return lines.map((line) => JSON.parse(line)).filter(({ step }) => step === "event");
}

test("a grant leaves one event line, with the ids of subject and resource, and no name of a person", async () => {
  vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "sym-access");
  const expiresAt = new Date("2026-01-02T03:04:05Z");
  const told = await eventLines(({ about }) => {
    about(access);
    return { ...granted, ...access.names, expiresAt };
  });
  expect(told).toEqual([
    {
      ...{ level: "INFO", step: "event", system: "example", function: "sym-access", schema: 1 },
      ...{ request_id: "request-1", run_id: "11111111-1111-4111-8111-111111111111" },
      ...{ event_type: "escalate", target: "prod-admins", outcome: "granted", version: bundleVersion },
      ...{ host: "123456789012", resource_id: "AGPA1", subject_id: "AIDA1" },
      resource: "IAM group prod-admins",
      sentence: "You now have access to IAM group prod-admins until 2026-01-02 03:04 UTC.",
      expires_at: "2026-01-02T03:04:05.000Z",
      timestamp: expect.stringMatching(/^20.*Z$/),
      duration: expect.any(Number),
    },
  ]);
});

test("a failed event says whose access to what it was about, and why", async () => {
  const cause = Object.assign(new Error("secret"), {
    name: "AccessDenied",
    $metadata: { httpStatusCode: 403 },
  });
  const told = await eventLines(({ about }) => {
    about(access);
    throw new SymError("IAM refused to remove IAM user robin.requester", { reason: "unavailable", cause });
  }, testPayload("deescalate.json"));
  expect(told).toMatchObject([
    {
      ...{
        level: "ERROR",
        event_type: "deescalate",
        outcome: "failed",
        subject_id: "AIDA1",
        resource_id: "AGPA1",
      },
      ...{ error: "SymError", reason: "unavailable", cause: "AccessDenied", status: 403, retryable: true },
      sentence: "IAM refused to remove [person]",
    },
  ]);
  expect(lines.join("")).not.toMatch(/secret|robin/);
});

test("a name whose words are far apart is a name, too", async () => {
  const payload = testPayload("escalate.json");
  payload.run.actors.request.username = "robin-----requester@example.com";
  const [told] = await eventLines(() => {
    throw notFound("subject", "IAM user Robin-----Requester, or robin.requester, does not exist");
  }, payload);
  expect(told.sentence).toBe("IAM user [person], or [person], does not exist");
});

test("with AUDIT_PEOPLE=true, the line has the requester, the subject and the whole sentence, and says so", async () => {
  vi.stubEnv("AUDIT_PEOPLE", "true");
  const told = await eventLines(({ about }) => {
    about(access);
    throw refused("IAM user robin.requester is in ten groups");
  });
  expect(told).toMatchObject([
    {
      ...{ personal_data: true, requester: robin, subject: "IAM user robin.requester" },
      ...{ resource: "IAM group prod-admins", sentence: "IAM user robin.requester is in ten groups" },
    },
  ]);
});

test("another value of AUDIT_PEOPLE is refused, and logs no person", async () => {
  vi.stubEnv("AUDIT_PEOPLE", "yes");
  const told = await eventLines(() => granted);
  expect(told).toMatchObject([
    {
      outcome: "refused",
      sentence: expect.stringContaining('AUDIT_PEOPLE is "yes", but must be true or false'),
    },
  ]);
  expect(told[0]).not.toHaveProperty("requester");
});

test.for<[sentence: string, masked: string, environment?: Record<string, string>]>([
  [`${robin} is not in IDENTITY_MAP`, "[e-mail] is not in IDENTITY_MAP"],
  ["GET /flags/robin%40example.com failed", "GET /flags/[e-mail] failed"],
  ["robin.o'hara@example.com is not in IDENTITY_MAP", "[e-mail] is not in IDENTITY_MAP"],
  ["flag x for 'robin@example.com' failed", "flag x for '[e-mail]' failed"],
  ["IAM user robin.requester does not exist", "IAM user [person] does not exist"],
  ["GitHub user Robin-Requester_acme does not exist", "GitHub user [person]_acme does not exist"],
  ["Group robins is missing", "Group robins is missing"],
  ["IAM user rr7 does not exist", "IAM user [person] does not exist", { IDENTITY_MAP: `{"${robin}":"rr7"}` }],
  ["IAM user rr7 does not exist", "IAM user rr7 does not exist", { IDENTITY_MAP: "no JSON" }],
])("before the account is found, %s is logged as %s", async ([sentence, masked, environment = {}]) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const told = await eventLines(() => {
    throw notFound("subject", sentence);
  });
  expect(told).toMatchObject([{ level: "WARN", sentence: masked, target: "prod-admins" }]);
});

test("all names that the event has found are masked, also within the resource", async () => {
  const flag = { subject: "user/42", host: "h", resource: "r" };
  const told = await eventLines(({ about }) => {
    about({ names: { subject: "user old-name", resource: "" } });
    about({ ...flag, names: { subject: "user 42", resource: "flag x (on for user 42)" } });
    throw refused("user old-name, user 42 and account old-name: try again in 42 s");
  });
  expect(told).toMatchObject([
    {
      ...{ resource: "flag x (on for [person])", subject_id: "user/42" },
      sentence: "[person], [person] and account [person]: try again in 42 s",
    },
  ]);
});

test("a toggle for all users is about no person, and an e-mail as an id is hashed", async () => {
  const toggle = {
    ...access,
    subject: "everybody",
    names: { subject: "all users", resource: "flag x (on for all users)" },
  };
  const byEmail = { ...access, subject: `user/${robin}` };
  const [forAll] = await eventLines(({ about }) => {
    about(toggle);
    return { ...granted, ...toggle.names };
  });
  expect(forAll).toMatchObject({ subject_id: "everybody", resource: "flag x (on for all users)" });
  const [, forOne] = await eventLines(({ about }) => {
    about(byEmail);
    return granted;
  });
  expect(forOne.subject_id).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test("a requester's name that the payload check refuses is not in the line", async () => {
  const payload = testPayload("escalate.json");
  payload.run.actors.request.username = 'Robin "R" Requester';
  const [line] = await eventLines(() => granted, payload);
  expect(line).toMatchObject({
    outcome: "refused",
    sentence: expect.stringMatching(
      /^Payload refused: run.actors.request.username is \[person\]; it must be/,
    ),
  });
  expect(line).not.toHaveProperty("run_id");
});

test("access that stays after a revoke is in the line, and is counted", async () => {
  const [line] = await eventLines(() => ({
    ...{ outcome: "revoked", subject: "user robin", resource: "group admins" },
    ...{ residualAccess: "You are still in it.", stillHasAccess: true },
  }));
  expect(line).toMatchObject({
    still_has_access: true,
    sentence: expect.stringMatching(/ You are still in it\.$/),
  });
  const metrics = lines.map((one) => JSON.parse(one)).filter((one) => "StillHasAccess" in one);
  expect(metrics).toEqual([
    expect.objectContaining({ StillHasAccess: 1, function: "local", system: "example" }),
  ]);
  expect(metrics[0]).not.toHaveProperty("ChangedByOthers");
});
