// AppConfig's refusals, and answers that are not AppConfig's: neither counts as "not found".
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { passTime } from "@sym/local-lambda/table-time";
import { expect, onTestFinished, test } from "vitest";
import { name, person, values, where, withFlags } from "./appconfig-fixture.test-support.ts";
import { type FlagFixture, sweep } from "./world.test-support.ts";

const minute = 60_000;
const isOn = (fixture: FlagFixture) => values(fixture)["maintenance"]?.["enabled"];

/** By action: the state in which an escalate makes the call. */
const arranged: Record<string, (fixture: FlagFixture) => void> = {
  ListDeployments: () => undefined,
  GetDeployment: ({ sandbox }) => sandbox.appConfig.hideProfiles(where),
  GetHostedConfigurationVersion: () => undefined,
  ListHostedConfigurationVersions: () => undefined,
  CreateHostedConfigurationVersion: () => undefined,
  StartDeployment: () => undefined,
  ListEnvironments: fillWithOurs,
  DeleteHostedConfigurationVersion: fillWithOurs,
};

function fillWithOurs({ sandbox }: FlagFixture): void {
  for (const _ of Array(4).keys())
    sandbox.appConfig.draft(where, () => undefined, "Sym run 7: escalate, 2026-01-01T00:00:00.000Z");
  sandbox.appConfig.limitVersions(5);
}

const refusal = (action: string, code: string) =>
  code === "BadRequestException"
    ? `AWS does not accept appconfig:${action} on ${name} (${code}); check the target's settings and the profile's validators`
    : `AWS refused appconfig:${action} on ${name} (${code}); look up the reason in AWS's documentation`;
const environment =
  "AppConfig has no environment prod123 in application shop123; correct the target's settings project and environment";
const profile =
  "AppConfig has no profile flag123 in application shop123; correct the target's settings project and configuration_profile";

/** By action and declared error of the service's model: our sentence; for a server error, AWS's own name. */
const declared: Record<string, Record<string, string>> = {
  ListDeployments: { ResourceNotFoundException: environment },
  GetDeployment: {
    ResourceNotFoundException: "AppConfig deployment 1 is listed but cannot be found; try again",
  },
  GetHostedConfigurationVersion: {
    ResourceNotFoundException:
      "AppConfig's hosted configuration store has no version 1 of profile flag123, which is deployed in environment prod123; correct the target's setting configuration_profile, or deploy an existing version",
  },
  ListHostedConfigurationVersions: { ResourceNotFoundException: profile },
  CreateHostedConfigurationVersion: {
    ResourceNotFoundException: profile,
    PayloadTooLargeException:
      "The document of AppConfig profile flag123 exceeds AppConfig's size limit; remove flags or attributes from it, then try again",
    ServiceQuotaExceededException:
      "AppConfig profile flag123 has reached its quota of versions, and a switch also needs room for the version that restores the flag; ",
  },
  StartDeployment: {
    ResourceNotFoundException:
      "AppConfig has no deployment strategy now0000, or another administrator has just deleted version 4 of profile flag123; correct the target's setting deployment_strategy, or try again",
  },
  ListEnvironments: {
    ResourceNotFoundException:
      "AppConfig application shop123 no longer exists; check in CloudTrail who deleted the application",
  },
  DeleteHostedConfigurationVersion: {},
};
const statuses: Record<string, number> = {
  ResourceNotFoundException: 404,
  PayloadTooLargeException: 413,
  ServiceQuotaExceededException: 402,
};

for (const [action, sentences] of Object.entries(declared))
  for (const [code, sentence] of Object.entries({
    ...sentences,
    BadRequestException: refusal(action, "BadRequestException"),
    InternalServerException: `AWS did not complete appconfig:${action} on ${name} (InternalServerException), so`,
  }))
    test(`escalate answers ${code} from ${action} with its own error sentence`, () =>
      withFlags(async (fixture) => {
        const { sandbox, send } = fixture;
        arranged[action]?.(fixture);
        const status = statuses[code] ?? (code === "BadRequestException" ? 400 : 500);
        for (const _ of [1, 2, 3]) sandbox.appConfig.refuseNext(action, status, code);
        const { answer } = await send(person.robin("escalate"));
        expect(["refused", "failed"]).toContain(answer.body["outcome"]);
        expect(answer.errors[0]?.slice(0, sentence.length)).toBe(sentence);
        expect(isOn(fixture)).toBe(false);
      }));

for (const action of ["CreateHostedConfigurationVersion", "StartDeployment"])
  test(`${action} is retried after a conflict`, () =>
    withFlags(async (fixture) => {
      fixture.sandbox.appConfig.refuseNext(action, 409, "ConflictException");
      expect(await fixture.outcome(person.robin("escalate"))).toBe("granted");
    }));

test("an escalate succeeds if another administrator has already deleted the old version", () =>
  withFlags(async (fixture) => {
    fillWithOurs(fixture);
    fixture.sandbox.appConfig.refuseNext(
      "DeleteHostedConfigurationVersion",
      404,
      "ResourceNotFoundException",
    );
    expect(await fixture.outcome(person.robin("escalate"))).toBe("granted");
  }));

const notFound = [
  { action: "ListHostedConfigurationVersions", sentence: profile },
  { action: "CreateHostedConfigurationVersion", sentence: profile },
  { action: "ListEnvironments", sentence: "AppConfig application shop123 no longer exists" },
  {
    action: "DeleteHostedConfigurationVersion",
    sentence: "AppConfig profile flag123 has reached its quota of versions",
    times: 2,
  },
];
for (const { action, sentence, times = 1 } of notFound)
  test(`"not found" from ${action} does not count as the end of the access`, () =>
    withFlags(async (fixture) => {
      const { sandbox, send, outcome } = fixture;
      await outcome(person.robin("escalate"));
      sandbox.appConfig.limitVersions(4);
      for (const _ of Array(times).keys())
        sandbox.appConfig.refuseNext(action, 404, "ResourceNotFoundException");
      const { answer } = await send(person.robin("deescalate"));
      expect(answer.body["outcome"]).toBe("failed");
      expect(answer.errors[0]?.slice(0, sentence.length)).toBe(sentence);
      await passTime(fixture.dynamoDb, minute);
      expect((await send(sweep)).answer.body).toMatchObject({ finished: 1, failed: 0 });
      expect(isOn(fixture)).toBe(false);
    }));

test("a missing second environment does not count as the end of the access", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome, beside } = fixture;
    await outcome(person.robin("escalate"));
    sandbox.appConfig.promote(where, "test123", 1);
    sandbox.appConfig.limitVersions(4);
    const gone = { status: 404, error: "ResourceNotFoundException" };
    const url = await proxyWith(sandbox.url, /test123\/deployments$/, {}, gone);
    const { send } = beside({ AWS_ENDPOINT_URL_APPCONFIG: url });
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toMatch(
      /^AppConfig environment test123 is listed but cannot be found; try again;/,
    );
    expect(sandbox.appConfig.versions(where)).toHaveLength(4);
    await passTime(fixture.dynamoDb, minute);
    expect((await fixture.send(sweep)).answer.body).toMatchObject({ finished: 1, failed: 0 });
    expect(isOn(fixture)).toBe(false);
  }));

for (const [code, status, sentence] of [
  ["ResourceNotFoundException", 404, "AppConfig environment prod123 no longer exists in application shop123"],
  ["BadRequestException", 400, refusal("GetEnvironment", "BadRequestException")],
  ["InternalServerException", 500, "AWS did not complete appconfig:GetEnvironment"],
] as const)
  test(`a revoke that cannot read the alarms (${code}) is left to the sweep`, () =>
    withFlags(async (fixture) => {
      const { sandbox, send, outcome } = fixture;
      const baking = { deployment_strategy: "AppConfig.AllAtOnce" };
      await outcome(person.robin("escalate", baking));
      sandbox.appConfig.finish(where);
      for (const _ of [1, 2, 3]) sandbox.appConfig.refuseNext("GetEnvironment", status, code);
      const { answer } = await send(person.robin("deescalate", baking));
      expect(answer.body["outcome"]).toBe("failed");
      expect(answer.errors[0]?.slice(0, sentence.length)).toBe(sentence);
      expect(isOn(fixture)).toBe(false);
    }));

for (const kind of ["html-page", "empty-answer"] as const)
  for (const [action, arrange] of Object.entries(arranged))
    test(`an escalate rejects an ${kind} as the response to ${action}`, () =>
      withFlags(async (fixture) => {
        const { sandbox, send } = fixture;
        arrange(fixture);
        sandbox.faults.inject({ action, kind });
        const { answer } = await send(person.robin("escalate"));
        expect(answer.body["outcome"]).toBe("failed");
        const isLook = /^(Get|List)/.test(action);
        const sequel = isLook ? "so the call changed nothing" : "so it may or may not have changed";
        const sentence = `The answer to appconfig:${action} on ${name} did not come from AWS, ${sequel}`;
        expect(answer.errors[0]?.slice(0, sentence.length)).toBe(sentence);
        expect(isOn(fixture)).toBe(false);
      }));

const looks = ["ListDeployments", "GetHostedConfigurationVersion"];
const inAnEnd = [
  ...looks,
  "ListHostedConfigurationVersions",
  "CreateHostedConfigurationVersion",
  "StartDeployment",
  "GetEnvironment",
];
for (const kind of ["html-page", "empty-answer"] as const)
  for (const action of inAnEnd)
    test(`the sweep finishes a revoke after an ${kind} as the response to ${action}`, () =>
      withFlags(async (fixture) => {
        const { sandbox, send, outcome, dynamoDb } = fixture;
        const baking = { deployment_strategy: "AppConfig.AllAtOnce" };
        await outcome(person.robin("escalate", baking));
        sandbox.appConfig.finish(where);
        // The handler repeats a failed read.
        sandbox.faults.inject({ action, kind, times: looks.includes(action) ? 2 : 1 });
        const { answer } = await send(person.robin("deescalate", baking));
        expect(answer.body["outcome"]).toBe("failed");
        expect(answer.errors[0]).toContain(
          `The answer to appconfig:${action} on ${name} did not come from AWS`,
        );
        sandbox.appConfig.finish(where);
        await passTime(dynamoDb, 61 * minute);
        expect((await send(sweep)).answer.body).toMatchObject({ finished: 1, failed: 0 });
        expect(isOn(fixture)).toBe(false);
      }));

const deployment = {
  DeploymentNumber: 1,
  ConfigurationProfileId: "flag123",
  ConfigurationVersion: "1",
  State: "COMPLETE",
};
const { ConfigurationProfileId, ...unnamed } = deployment;
const incomplete: { action: string; path: RegExp; answer: object }[] = [
  ...["DeploymentNumber", "ConfigurationVersion", "State"].map((element) => ({
    action: "ListDeployments",
    path: /deployments$/,
    answer: { Items: [{ ...deployment, [element]: undefined }] },
  })),
  { action: "ListDeployments", path: /deployments$/, answer: {} },
  { action: "GetDeployment", path: /deployments\/1$/, answer: unnamed },
  { action: "ListHostedConfigurationVersions", path: /hostedconfigurationversions$/, answer: {} },
  {
    action: "ListHostedConfigurationVersions",
    path: /hostedconfigurationversions$/,
    answer: { Items: [{}] },
  },
  { action: "ListEnvironments", path: /environments$/, answer: { Items: [{}] } },
];
for (const { action, path, answer } of incomplete)
  test(`an escalate rejects ${JSON.stringify(answer)} as the response to ${action}`, () =>
    withFlags(async (fixture) => {
      arranged[action]?.(fixture);
      const url = await proxyWith(fixture.sandbox.url, path, answer);
      const { send } = fixture.beside({ AWS_ENDPOINT_URL_APPCONFIG: url });
      expect((await send(person.robin("escalate"))).answer).toMatchObject({
        body: { outcome: "failed" },
        errors: [
          expect.stringMatching(RegExp(`^The answer to appconfig:${action} on .* did not come from AWS`)),
        ],
      });
      expect(isOn(fixture)).toBe(false);
    }));

/** A proxy: answers each GET of a matching path with the given answer, and passes all other requests on. */
async function proxyWith(
  target: string,
  path: RegExp,
  answer: object,
  { status = 200, error = "" } = {},
): Promise<string> {
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    if (method === "GET" && path.test(url.replace(/\?.*/, ""))) {
      const refusal = error ? { "x-amzn-errortype": error } : {};
      response.writeHead(status, { "content-type": "application/json", "x-amzn-requestid": "1", ...refusal });
      response.end(JSON.stringify(answer));
      return;
    }
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { host, connection, ...sent } = headers as Record<string, string>;
    const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
    const passed = await fetch(`${target}${url}`, { method, headers: sent, ...body });
    response.writeHead(passed.status, Object.fromEntries(passed.headers));
    response.end(Buffer.from(await passed.arrayBuffer()));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    if (server.listening) await once(server.close(), "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
