import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type BuildOptions, build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lean } from "./lean.ts";
import { replaced } from "./replaced.ts";

const root = new URL("../../../", import.meta.url).pathname;
const bundle: BuildOptions = {
  ...{
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    conditions: ["module"],
  },
};

test("each file that is replaced is still in the bundle of some handler", async () => {
  const handlers = readdirSync(join(root, "handlers"));
  const builds = handlers.map((handler) =>
    build({
      ...{ ...bundle, write: false, metafile: true, plugins: [lean] },
      absWorkingDir: join(root, "handlers", handler),
      entryPoints: ["src/index.ts"],
    }),
  );
  const inputs = (await Promise.all(builds)).flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}));
  const missing = Object.keys(replaced).filter(
    (file) => !inputs.some((input) => input.endsWith(`/node_modules/${file}`)),
  );
  expect(missing).toEqual([]);
});

/** A client that sends nothing, but says how it is configured. */
const program = `
  import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
  const client = new DynamoDBClient({ credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  client.middlewareStack.add(() => async ({ request }) => ({ output: request }), { step: "build" });
  const { config } = client;
  const options = ["region", "maxAttempts", "retryMode", "useFipsEndpoint", "useDualstackEndpoint",
    "defaultsMode", "userAgentAppId", "accountIdEndpointMode", "endpointDiscoveryEnabledProvider"];
  const tell = async (ask) => { try { return await ask(); } catch (error) { return error.message; } };
  const told = {};
  void (async () => {
    for (const option of options) told[option] = await tell(() => config[option]());
    told.endpoint = await tell(async () => (await client.send(new ListTablesCommand({}))).hostname);
    console.log(JSON.stringify(told));
  })();
`;

const configFile = `
[default]
region = eu-west-1
max_attempts = 7
retry_mode = standard
defaults_mode = in-region
sdk_ua_app_id = app
services = mine
[profile other]
region = us-gov-west-1
use_fips_endpoint = true
[services mine]
dynamodb =
  endpoint_url = http://dynamodb.example.com:8000
`;
const credentialsFile =
  "[default]\nregion = eu-central-1\n[wrong]\nregion = us-east-2\nuse_fips_endpoint = maybe\n";

const folder = mkdtempSync(join(tmpdir(), "sym-lean-"));
const [plainBundle, leanBundle] = [join(folder, "plain.cjs"), join(folder, "lean.cjs")];

beforeAll(async () => {
  const stdin = { contents: program, resolveDir: join(root, "packages/leases") };
  const absWorkingDir = join(root, "handlers/iam-group");
  await build({ ...bundle, stdin, outfile: plainBundle });
  await build({ ...bundle, stdin, outfile: leanBundle, absWorkingDir, plugins: [lean] });
  writeFileSync(join(folder, "config"), configFile);
  writeFileSync(join(folder, "credentials"), credentialsFile);
});
afterAll(() => rmSync(folder, { recursive: true }));

const files = {
  AWS_CONFIG_FILE: join(folder, "config"),
  AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
};
const environments: { what: string; environment: Record<string, string>; tells: object }[] = [
  { what: "nothing", environment: {}, tells: { region: "Region is missing", maxAttempts: 4 } },
  {
    what: "the environment",
    environment: { AWS_REGION: "us-east-1", AWS_MAX_ATTEMPTS: "5", AWS_RETRY_MODE: "adaptive" },
    tells: { region: "us-east-1", maxAttempts: 5, retryMode: "adaptive" },
  },
  {
    what: "the default profile",
    environment: files,
    tells: { region: "eu-central-1", maxAttempts: 7, endpoint: "dynamodb.example.com" },
  },
  {
    what: "the environment and the default profile",
    environment: { ...files, AWS_REGION: "us-east-1", AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" },
    tells: { region: "us-east-1", maxAttempts: 7, endpoint: "127.0.0.1" },
  },
  {
    what: "another profile",
    environment: { ...files, AWS_PROFILE: "other" },
    tells: { region: "us-gov-west-1", useFipsEndpoint: true, maxAttempts: 4 },
  },
  {
    what: "wrong values",
    environment: { ...files, AWS_PROFILE: "wrong", AWS_USE_DUALSTACK_ENDPOINT: "perhaps" },
    tells: { region: "us-east-2", useFipsEndpoint: false, useDualstackEndpoint: false },
  },
];
for (const { what, environment, tells } of environments)
  test(`a client is configured by ${what} as it is without us`, async () => {
    const env = { HOME: folder, ...environment };
    const run = async (file: string) => {
      const { stdout } = await promisify(execFile)(process.execPath, [file], { env });
      return JSON.parse(stdout);
    };
    const told = await run(leanBundle);
    expect(told).toEqual(await run(plainBundle));
    expect(told).toMatchObject(tells);
  });
