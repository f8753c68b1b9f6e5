import {
  AppConfigClient,
  CreateHostedConfigurationVersionCommand,
  GetEnvironmentCommand,
  GetHostedConfigurationVersionCommand,
  paginateListDeployments,
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

test("a new version needs the number of the latest one", async () => {
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

test("an environment takes one deployment at a time, until its bake time is over", async () => {
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

test("what is not there is named, and a fault is in AppConfig's words", async () => {
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
