import {
  AppConfigClient,
  CreateHostedConfigurationVersionCommand,
  DeleteHostedConfigurationVersionCommand,
  GetEnvironmentCommand,
  GetHostedConfigurationVersionCommand,
  paginateListDeployments,
  paginateListEnvironments,
  StartDeploymentCommand,
} from "@aws-sdk/client-appconfig";
import { expect, onTestFinished, test } from "vitest";
import { openSandbox, refusalOf } from "../aws/clients.test-support.ts";

const place = { application: "shop123", environment: "prod123", profile: "flag123" };
const profile = { ApplicationId: "shop123", ConfigurationProfileId: "flag123" };
const environment = { ApplicationId: "shop123", EnvironmentId: "prod123" };

async function open() {
  const { sandbox } = await openSandbox();
  const client = new AppConfigClient({ maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  sandbox.appConfig.createFlags(place, { maintenance: { enabled: false } });
  const create = (LatestVersionNumber: number, document: object) =>
    client.send(
      new CreateHostedConfigurationVersionCommand({
        ...profile,
        Content: new TextEncoder().encode(JSON.stringify(document)),
        ContentType: "application/json",
        LatestVersionNumber,
      }),
    );
  const start = (version: string, LatestDeploymentNumber?: number) =>
    client.send(
      new StartDeploymentCommand({
        ...profile,
        ...environment,
        ConfigurationVersion: version,
        DeploymentStrategyId: "AppConfig.AllAtOnce",
        ...(LatestDeploymentNumber !== undefined && { LatestDeploymentNumber }),
      }),
    );
  const list = async () => {
    const all = [];
    for await (const page of paginateListDeployments({ client }, environment))
      all.push(...(page.Items ?? []));
    return all.map(({ DeploymentNumber, State }) => [DeploymentNumber, State]);
  };
  return { sandbox, client, create, start, list };
}

test("a new version requires the latest version's number", async () => {
  const { sandbox, client, create } = await open();
  const document = { ...sandbox.appConfig.deployed(place), values: { maintenance: { enabled: true } } };
  expect(await refusalOf(create(7, document))).toMatchObject({ name: "ConflictException", status: 409 });
  expect((await create(1, document)).VersionNumber).toBe(2);
  const got = await client.send(new GetHostedConfigurationVersionCommand({ ...profile, VersionNumber: 2 }));
  const { values } = JSON.parse(new TextDecoder().decode(got.Content));
  expect(values.maintenance).toEqual({
    enabled: true,
    _createdAt: expect.any(String),
    _updatedAt: expect.any(String),
  });
  expect(sandbox.appConfig.deployed(place).values["maintenance"]).toMatchObject({ enabled: false });
});

test("an environment accepts one deployment at a time, until its bake time has passed", async () => {
  const { sandbox, start, list } = await open();
  sandbox.appConfig.draft(place, ({ values }) =>
    Object.assign(values["maintenance"] ?? {}, { enabled: true }),
  );
  expect(await refusalOf(start("2", 7))).toMatchObject({ name: "ConflictException" });
  expect(await start("2", 1)).toMatchObject({ DeploymentNumber: 2, State: "DEPLOYING" });
  expect(await refusalOf(start("1"))).toMatchObject({ name: "ConflictException", status: 409 });
  expect(await list()).toEqual([
    [2, "DEPLOYING"],
    [1, "COMPLETE"],
  ]);
  expect(await list()).toEqual([
    [2, "BAKING"],
    [1, "COMPLETE"],
  ]);
  expect(sandbox.appConfig.deployed(place).values["maintenance"]).toMatchObject({ enabled: true });
  expect(await refusalOf(start("1"))).toMatchObject({ name: "ConflictException" });
  sandbox.appConfig.rollBack(place);
  expect(sandbox.appConfig.deployed(place).values["maintenance"]).toMatchObject({ enabled: false });
  expect((await start("2")).DeploymentNumber).toBe(3);
});

test("a full profile accepts no version until one is deleted, and a deleted newest version's number is reused", async () => {
  const { sandbox, client, create } = await open();
  const remove = (VersionNumber: number) =>
    client.send(new DeleteHostedConfigurationVersionCommand({ ...profile, VersionNumber }));
  const document = sandbox.appConfig.deployed(place);
  sandbox.appConfig.limitVersions(2);
  await create(1, document);
  const refusal = { name: "ServiceQuotaExceededException", status: 402 };
  expect(await refusalOf(create(2, document))).toMatchObject(refusal);
  expect((await remove(2)).$metadata).toMatchObject({ httpStatusCode: 204, requestId: expect.any(String) });
  expect((await create(1, document)).VersionNumber).toBe(2);
  expect(await refusalOf(remove(3))).toMatchObject({ name: "ResourceNotFoundException", status: 404 });
  await remove(1);
  expect(() => sandbox.appConfig.deployed(place)).toThrow("Nothing of flag123 is deployed");
});

test("ListEnvironments returns an application's environments", async () => {
  const { sandbox, client } = await open();
  for (const name of ["test123", "demo123"]) sandbox.appConfig.promote(place, name, 1);
  const ids = [];
  for await (const { Items = [] } of paginateListEnvironments({ client }, { ApplicationId: "shop123" }))
    ids.push(...Items.map(({ Id }) => Id));
  expect(ids).toEqual(["prod123", "test123", "demo123"]);
});

test("a test can refuse the next call of an action", async () => {
  const { sandbox, create } = await open();
  sandbox.appConfig.refuseNext("CreateHostedConfigurationVersion", 413, "PayloadTooLargeException");
  expect(await refusalOf(create(1, {}))).toMatchObject({ name: "PayloadTooLargeException", status: 413 });
  expect((await create(1, {})).VersionNumber).toBe(2);
});

test("AppConfig's error names a missing resource, and an injected fault has AppConfig's form", async () => {
  const { sandbox, client, start } = await open();
  expect(await refusalOf(start("9"))).toMatchObject({ name: "ResourceNotFoundException", status: 404 });
  const gone = new GetEnvironmentCommand({ ...environment, EnvironmentId: "test123" });
  expect(await refusalOf(client.send(gone))).toMatchObject({ name: "ResourceNotFoundException" });
  sandbox.faults.inject({ action: "GetEnvironment", kind: "throttle" });
  const there = new GetEnvironmentCommand(environment);
  expect(await refusalOf(client.send(there))).toMatchObject({ name: "ThrottlingException", status: 429 });
  sandbox.appConfig.addMonitor(place);
  expect((await client.send(there)).Monitors).toHaveLength(1);
});
