// Failures of AWS, and of the deployment.
import { expect, test } from "vitest";
import { arnOf, askedFor, eventOf, openApi, uuid } from "./api.test-support.ts";

const always = { times: Number.POSITIVE_INFINITY };

test("a request whose start failed is recorded, and the answer says so", async () => {
  const { ask, sandbox, show, call } = await openApi();
  sandbox.faults.inject({ service: "states", action: "StartExecution", kind: "access-denied", ...always });
  const { status, body } = await ask();
  expect(status).toBe(503);
  const [, id = ""] =
    /^Request (flow-\S+) is recorded, but its start is not confirmed; show the request in ten minutes: it goes on, or the watchman has refused it$/.exec(
      body["error"],
    ) ?? [];
  expect((await show(id)).body["request"]).toMatchObject({ status: "asked" });
  expect((await call(arnOf("robin"), "GET", "/requests")).body["requests"]).toMatchObject([{ id }]);
});

test("a request whose write has no answer may be recorded, and the answer says so", async () => {
  const { ask, sandbox, flow, call } = await openApi();
  sandbox.faults.inject({ service: "dynamodb", action: "PutItem", kind: "answer-lost", ...always });
  sandbox.faults.inject({ service: "dynamodb", action: "GetItem", kind: "internal-error", ...always });
  const { status, body } = await ask();
  expect({ status, error: body["error"] }).toEqual({
    status: 503,
    error: expect.stringMatching(
      /^Request flow-\S+ may or may not be recorded; list the requests before you ask again$/,
    ),
  });
  sandbox.faults.clear();
  expect((await call(arnOf("robin"), "GET", "/requests")).body["requests"]).toHaveLength(1);
  expect(flow.executions.started.size).toBe(0);
});

test("a write that was repeated after a lost answer is one request", async () => {
  const { ask, sandbox, flow } = await openApi();
  sandbox.faults.inject({ service: "dynamodb", action: "PutItem", kind: "answer-lost" });
  expect(await ask()).toMatchObject({ status: 201, body: { request: { status: "asked" } } });
  expect(flow.executions.started.size).toBe(1);
});

test("a decision whose write has no answer may be recorded, and its repetition changes nothing", async () => {
  const { ask, decide, sandbox, toApproval, show } = await openApi();
  const { id } = (await ask()).body["request"];
  await toApproval(id);
  sandbox.faults.inject({ service: "dynamodb", action: "PutItem", kind: "answer-lost", ...always });
  expect(await decide("alex", id, "approve")).toEqual({
    status: 503,
    body: {
      error: `Your decision about request ${id} may or may not be recorded; repeat the decision: a repetition changes nothing`,
    },
  });
  sandbox.faults.clear();
  const { decisions } = (await show(id)).body["request"];
  expect(decisions).toHaveLength(1);
  expect((await decide("alex", id, "approve")).body["request"].decisions).toEqual(decisions);
});

test.for([
  [
    "ssm",
    "GetParameter",
    "throttle",
    503,
    /^AWS is throttling ssm:GetParameter on parameter \/sym\/rules\/prod-admins; try again/,
  ],
  [
    "ssm",
    "GetParameter",
    "access-denied",
    500,
    /^This function is not allowed to call ssm:GetParameter on .*; add the action/,
  ],
] as const)("%s %s: %s is a sentence with status %s", async ([service, action, kind, status, error]) => {
  const { ask, sandbox, flow, call } = await openApi();
  sandbox.faults.inject({ service, action, kind, ...always });
  const answer = await ask();
  expect({ status: answer.status, error: answer.body["error"] }).toEqual({
    status,
    error: expect.stringMatching(error),
  });
  sandbox.faults.clear();
  expect((await call(arnOf("robin"), "GET", "/requests")).body["requests"]).toEqual([]);
  expect(flow.executions.started.size).toBe(0);
});

test("messages and wakes that fail do not fail a decision", async () => {
  const { ask, decide, sandbox, toApproval } = await openApi();
  const { id } = (await ask()).body["request"];
  await toApproval(id);
  sandbox.faults.inject({ service: "sns", action: "Publish", kind: "internal-error", ...always });
  sandbox.faults.inject({ service: "states", action: "SendTaskSuccess", kind: "internal-error", ...always });
  const denied = await decide("kim", id, "deny");
  expect(denied).toMatchObject({ status: 200, body: { request: { status: "denied" } } });
  expect(denied.body["request"].messages.at(-1)).toMatchObject({ kind: "denied", told: null });
});

test("a broken list of requests is no list", async () => {
  const { ask, sandbox, call } = await openApi();
  await ask();
  sandbox.faults.inject({ service: "dynamodb", action: "GetItem", kind: "internal-error", ...always });
  expect(await call(arnOf("kim"), "GET", "/requests")).toMatchObject({
    status: 503,
    body: { error: expect.stringMatching(/^AWS did not complete dynamodb:GetItem /) },
  });
});

test.for([
  ["STATE_MACHINE_ARN", "POST", "/requests"],
  ["ALLOWED_PRINCIPALS", "POST", "/requests"],
  ["REQUESTS_TABLE", "GET", "/requests"],
] as const)("a function without %s says which variable is missing", async ([name, method, path]) => {
  const { call } = await openApi({ environment: { [name]: "" } });
  expect(await call(arnOf("robin"), method, path, method === "POST" ? askedFor : undefined)).toEqual({
    status: 500,
    body: {
      error: `This function is misconfigured: ${name} is missing; deploy the function with infra/flow, which sets the variable`,
    },
  });
});

test("rules that make no sense are a sentence with the target and the fault", async () => {
  const { ask, flow, call } = await openApi();
  const targets = async () => (await call(arnOf("robin"), "GET", "/targets")).body["targets"];
  const before = await targets();
  flow.parameters.set("/sym/rules/prod-admins", '{"target":"prod-admins"}');
  const error = expect.stringMatching(
    /^This function is misconfigured: Rules of prod-admins: label is missing/,
  );
  expect(await ask()).toEqual({ status: 500, body: { error } });
  // The other targets stay on offer.
  expect(await targets()).toEqual(
    (before as { target: string }[]).filter(({ target }) => target !== "prod-admins"),
  );
});

test("an unexpected error shows the Lambda request and nothing else, and is logged without texts", async () => {
  const { invoke, ask } = await openApi({
    environment: { AWS_ENDPOINT_URL: "no address of robin@example.com" },
  });
  const { payload, logs } = await invoke("api", eventOf(arnOf("robin"), "GET", `/requests/flow-${uuid}`, ""));
  const { statusCode, body } = payload as { statusCode: number; body: string };
  expect({ statusCode, ...JSON.parse(body) }).toEqual({
    statusCode: 500,
    error: expect.stringMatching(
      /^The API failed unexpectedly; look up the Lambda request [\da-f-]{36} in the log of its function$/,
    ),
  });
  expect(logs.map((line) => JSON.parse(line))).toMatchObject([
    { level: "ERROR", step: "api-failed", error: expect.any(String), stack: expect.any(String) },
    {
      ...{ step: "api", status: 500, request: `flow-${uuid}` },
      version: expect.stringMatching(/^\d+\.\d+\.\d+\+[\da-f]{12}$/),
    },
  ]);
  expect((await ask()).status).toBe(500);
});
