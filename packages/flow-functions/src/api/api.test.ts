// Requests and decisions through the API, as the built bundle in the local Lambda.
import { expect, test } from "vitest";
import { rulesJson } from "../flow-account.test-support.ts";
import { arnOf, askedFor, eventOf, openApi, uuid } from "./api.test-support.ts";

test("a request goes from its asking to its end by two people", async () => {
  const { ask, decide, show, toApproval, toHold, invoke, flow } = await openApi();
  const asked = await ask();
  expect(asked).toEqual({
    status: 201,
    body: {
      request: {
        id: expect.stringMatching(/^flow-[\da-f-]{36}$/),
        status: "asked",
        meaning: "The request waits for the handler's plan. The approvers are asked after the plan.",
        requester: "robin@example.com",
        target: "prod-admins",
        label: "Production admins",
        duration: "30m",
        reason: "Restart the importer",
        route: "approval",
        times: {
          asked: expect.stringMatching(/^\d{4}-.*Z$/),
          decide_by: expect.any(String),
          ...{ approved: null, granting: null, held: null, hold_until: null, ending: null, over: null },
        },
        decisions: [],
        answers: { plan: null, escalate: null, deescalate: null },
        messages: [],
        slack_problem: null,
      },
    },
  });
  const { id } = asked.body["request"];
  expect([...flow.executions.started]).toMatchObject([[id, { input: `{"request":"${id}"}` }]]);

  await toApproval(id);
  expect((await show(id)).body["request"].meaning).toMatch(
    /^The request waits for approval until \d{4}-.* UTC\.$/,
  );
  const approved = await decide("alex", id, "approve");
  expect(approved).toMatchObject({
    status: 200,
    body: {
      request: {
        status: "approved",
        meaning: "The request is approved, and the grant is about to begin.",
        decisions: [{ by: "alex@example.com", door: "command", what: "approve" }],
      },
    },
  });
  expect(flow.executions.woken).toEqual([`ask-${id}`]);

  await toHold(id);
  expect((await show(id)).body["request"]).toMatchObject({
    status: "held",
    meaning: expect.stringMatching(/^The requester has the access until .* UTC\.$/),
    answers: { escalate: { outcome: "granted", message: "Robin is a member of prod-admins.", errors: [] } },
  });
  const ended = await decide("robin", id, "end");
  expect(ended.body["request"]).toMatchObject({
    status: "ending",
    meaning: expect.stringContaining("may still have"),
  });
  expect(flow.executions.woken).toEqual([`ask-${id}`, `hold-${id}`]);
  await invoke("deescalate", { request: id });
  const over = (await show(id)).body["request"];
  expect(over).toMatchObject({ status: "ended", meaning: "The access of this request has ended." });
  expect(over.messages.map(({ kind, told }: Record<string, string>) => [kind, typeof told])).toEqual([
    ["asked", "string"],
    ["held", "string"],
    ["ended", "string"],
  ]);
  expect(flow.published.map(({ attributes }) => attributes["kind"])).toEqual(["asked", "held", "ended"]);
});

test("an answer shows no token, no ARN of a function and no settings", async () => {
  const { ask, show, toApproval, call } = await openApi();
  const { id } = (await ask()).body["request"];
  await toApproval(id);
  for (const answer of [await show(id), await call(arnOf("kim"), "GET", "/requests?open=true")]) {
    expect(JSON.stringify(answer)).toContain(id);
    expect(JSON.stringify(answer)).not.toMatch(/ask-flow|arn:|group_name|waiting/);
  }
});

test("nobody approves an own request, by any spelling of the e-mail and by any principal", async () => {
  const { ask, call, toApproval } = await openApi();
  const { id } = (await ask("sam")).body["request"];
  await toApproval(id);
  const sams = [arnOf("sam"), arnOf("Sam"), "arn:aws:iam::111122223333:user/SAM@Example.COM"];
  for (const arn of sams)
    expect(await call(arn, "POST", `/requests/${id}/approve`)).toEqual({
      status: 409,
      body: { error: "Nobody approves an own request; ask another approver" },
    });
});

test("two approvals are two people, whatever principals they use", async () => {
  const { ask, call, decide, toApproval, flow } = await openApi();
  flow.parameters.set("/sym/rules/prod-admins", rulesJson({ approvals: 2 }));
  const { id } = (await ask()).body["request"];
  await toApproval(id);
  const meaning = expect.stringMatching(
    /^Approvals so far: 1\. The request waits for another approval until /,
  );
  for (const arn of [arnOf("alex"), arnOf("alex"), "arn:aws:iam::111122223333:user/Alex@example.com"]) {
    const { status, body } = await call(arn, "POST", `/requests/${id}/approve`);
    expect({ status, ...body["request"] }).toMatchObject({ status: "asked", meaning });
    expect(body["request"].decisions).toHaveLength(1);
  }
  expect((await decide("kim", id, "approve")).body["request"]).toMatchObject({ status: "approved" });
});

test.for([
  ["withdraw", "robin", "withdrawn", "The request was withdrawn before the grant."],
  ["deny", "kim", "denied", "An approver denied the request."],
] as const)("%s by %s makes the request %s", async ([what, name, status, meaning]) => {
  const { ask, decide, toApproval } = await openApi();
  const { id } = (await ask()).body["request"];
  await toApproval(id);
  const first = await decide(name, id, what);
  expect(first.body["request"]).toMatchObject({ status, meaning: expect.stringContaining(meaning) });
  // A repetition changes nothing.
  expect(await decide(name, id, what)).toEqual(first);
  expect(await decide("alex", id, "approve")).toMatchObject({
    status: 409,
    body: { error: expect.stringContaining(`Request ${id} was ${status}`) },
  });
});

test("a request that the rules refuse is no request", async () => {
  const { ask, flow } = await openApi();
  for (const [changes, error] of [
    [{ target: "nothing" }, "There is no target nothing; choose one of the listed targets"],
    [{ duration: "4h" }, "Production admins is not offered for 4h; choose 30m, 1h"],
    [{ reason: "" }, "Production admins needs a reason; give a reason"],
    [{ reason: "x".repeat(1_001) }, "The reason has more than 1000 characters; shorten the reason"],
    [{ route: "on-call" }, "Production admins has no rule for on-call; ask on the route approval"],
    [
      { route: "break-glass" },
      "Production admins needs a reason with a ticket; give a reason such as INC-7: the importer is down",
    ],
  ] as const)
    expect(await ask("robin", changes)).toEqual({ status: 409, body: { error } });
  expect(flow.executions.started.size).toBe(0);
});

test("bad input names the field, its value and the remedy", async () => {
  const { ask } = await openApi();
  for (const [changes, error] of [
    [{ target: undefined }, "target is missing; add target"],
    [
      { target: "Prod Admins" },
      'target is "Prod Admins", but must be the key of a target, such as prod-admins',
    ],
    [{ duration: 1800 }, "duration is 1800, but must be a whole number with s, m, h or d, such as 30m"],
    [{ duration: "half an hour" }, 'duration is "half an hour", but must be a whole number'],
    [{ reason: "Bell: \u0007" }, "but must be text without control characters"],
    [{ route: "__proto__" }, 'route is "__proto__", but must be approval, on-call, break-glass'],
    [
      { requester: "alex@example.com" },
      "requester is not a field of this call; its fields are target, duration, reason, route",
    ],
  ] as const) {
    const { status, body } = await ask("robin", changes);
    expect({ status, error: body["error"] }).toEqual({ status: 400, error: expect.stringContaining(error) });
  }
});

test("a body can be encoded in base64, and must be a small JSON object in UTF-8", async () => {
  const { send } = await openApi();
  const post = (body: string, isBase64Encoded: boolean) =>
    send({ ...eventOf(arnOf("robin"), "POST", "/requests", ""), body, isBase64Encoded });
  const encoded = Buffer.from(JSON.stringify(askedFor)).toString("base64");
  expect(await post(encoded, true)).toMatchObject({ status: 201 });
  const notUtf8 = Buffer.from(JSON.stringify({ ...askedFor, reason: "\u00ff" }), "latin1");
  const bad = { status: 400, body: { error: expect.stringContaining("The body must be a JSON object") } };
  for (const body of ["{", "[]", "null", '"text"', "1"]) expect(await post(body, false)).toMatchObject(bad);
  expect(await post(notUtf8.toString("base64"), true)).toMatchObject(bad);
  expect(await post(JSON.stringify({ ...askedFor, reason: "x".repeat(20_000) }), false)).toMatchObject({
    status: 413,
    body: { error: expect.stringMatching(/^The body has \d+ bytes; send at most 16000$/) },
  });
});

test("a decision takes no fields, and an unknown request or call is missing", async () => {
  const { call, decide } = await openApi();
  const missing = (id: string) => ({
    status: 404,
    body: { error: `There is no request ${id}; list the requests, and check the id` },
  });
  expect(await decide("alex", `flow-${uuid}`, "approve")).toEqual(missing(`flow-${uuid}`));
  expect(await decide("alex", "flow-1", "approve")).toEqual(missing("flow-1"));
  expect(await call(arnOf("alex"), "GET", `/requests/${"x".repeat(100)}`)).toEqual(missing("x".repeat(80)));
  expect(
    await call(arnOf("alex"), "POST", `/requests/flow-${uuid}/approve`, { by: "kim@example.com" }),
  ).toEqual({ status: 400, body: { error: "by is not a field of this call; it has no fields" } });
  for (const [method, path] of [
    ["DELETE", "/requests"],
    ["POST", `/requests/flow-${uuid}/grant`],
    ["GET", `/requests/flow-${uuid}/approve`],
    ["GET", "/"],
  ] as const)
    expect(await call(arnOf("alex"), method, path)).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining("The API has no such call") },
    });
});

test("the path may begin with the name of the stage", async () => {
  const { send } = await openApi();
  const event = eventOf(arnOf("robin"), "GET", "/prod/requests", "");
  expect(await send(event)).toMatchObject({ status: 404 });
  const staged = { ...event, requestContext: { ...event.requestContext, stage: "prod" } };
  expect(await send(staged)).toMatchObject({ status: 200, body: { requests: [] } });
});

test("the log has the method, the route, the request and the status, and no text of a person", async () => {
  const { ask, invoke, call } = await openApi();
  const { id } = (await ask()).body["request"];
  const { logs } = await invoke("api", eventOf(arnOf("sam"), "GET", `/requests/${id}`, ""));
  const version = expect.stringMatching(/^\d+\.\d+\.\d+\+[\da-f]{12}$/);
  const line = { level: "INFO", step: "api", system: "flow", version, request_id: expect.any(String) };
  expect(logs.map((text) => JSON.parse(text))).toEqual([
    { ...line, method: "GET", route: "/requests/{id}", request: id, status: 200 },
  ]);
  const unknown = await invoke("api", eventOf(arnOf("sam"), "GET", "/requests/sam@example.com", ""));
  expect(unknown.logs.map((text) => JSON.parse(text))).toEqual([
    { ...line, method: "GET", route: "/requests/{id}", status: 404 },
  ]);
  expect((await call(arnOf("sam"), "GET", "/requests")).body["requests"]).toHaveLength(1);
});

test("the targets are those that the person may ask for, with what a request needs", async () => {
  const { call, flow } = await openApi();
  for (let index = 0; index < 12; index += 1) {
    const target = `extra-${String(index).padStart(2, "0")}`;
    flow.parameters.set(
      `/sym/rules/${target}`,
      rulesJson({ target, may_ask: { people: ["sam@example.com"] }, break_glass: null }),
    );
  }
  const approval = {
    ...{ route: "approval", durations: ["30m", "1h"], approvals: 1, decide_within: "8h" },
    reason: { required: true, ticket: null },
  };
  expect(await call(arnOf("robin"), "GET", "/targets")).toEqual({
    status: 200,
    body: {
      targets: [
        {
          target: "prod-admins",
          label: "Production admins",
          routes: [
            approval,
            {
              ...{ route: "break-glass", durations: ["30m"] },
              reason: { required: true, ticket: { example: "INC-7: the importer is down" } },
            },
          ],
        },
      ],
    },
  });
  const sams = (await call(arnOf("sam"), "GET", "/targets")).body["targets"];
  expect(sams).toHaveLength(13);
  expect((await call(arnOf("alex"), "GET", "/targets")).body).toEqual({ targets: [] });
});
