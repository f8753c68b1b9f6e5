import { type LeasesTable, startLeasesTable } from "@sym/local-lambda/leases-table";
import { type LocalLambda, startLocalLambda } from "@sym/local-lambda/local-lambda";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect } from "vitest";

export { withRun } from "@sym/local-lambda/function-fixture.test-support";

export const robin = "robin.requester@example.com";
export const escalate = withSettings(testPayload("escalate.json"));
export const deescalate = withSettings(testPayload("deescalate.json"));
const functionArn = escalate.fields.target.settings.arn;

type GitHubTeamAnswer = { body: Record<string, unknown>; errors: string[] };

type Send = (payload: unknown) => Promise<{ answer: GitHubTeamAnswer; logs: string }>;

export type GitHubTeamFixture = {
  sandbox: Sandbox;
  github: Sandbox["github"];
  /** The App's id in GitHub, and the id of its installation in acme. */
  appId: string;
  installationId: number;
  /** The table of leases. */
  dynamoDb: LeasesTable;
  send: Send;
  /** Sends to a second function of the same bundle, with the same table and these other variables. */
  beside(environment: Record<string, string>): Send;
  /** The person's place in a team, `platform` unless given. */
  placeOf(login: string, slug?: string): string | undefined;
  /** The number of calls to GitHub, by GitHub's operation id. */
  countOf(action: string): number;
};

/**
 * `timeout`: the function's, in milliseconds. `environment`: variables added to the common environment. `path`: the path of
 * GitHub's base URL; github.com has none. `installations`: makes `GITHUB_INSTALLATIONS` from the id of acme's installation.
 */
type GitHubTeamOptions = {
  environment?: Record<string, string>;
  timeout?: number;
  path?: string;
  installations?: (id: number) => string;
};

/**
 * Runs the built bundle against the organisation acme with the team platform, the owner olga-o, and Robin, a member whose
 * e-mail the identity provider knows. The test sets up everything else.
 */
export async function inOrganization(
  play: (fixture: GitHubTeamFixture) => Promise<void>,
  { environment = {}, timeout = 20_000, path = "", installations }: GitHubTeamOptions = {},
) {
  const sandbox = await startSandbox();
  const dynamoDb = await startLeasesTable();
  const { github } = sandbox;
  const { appId, installationId, privateKey } = createAcme(github);
  sandbox.secretsManager.putSecret(github.env.GITHUB_PRIVATE_KEY_SECRET, privateKey);
  const lambdas: LocalLambda[] = [];
  const beside = (different: Record<string, string>): Send => {
    const lambda = startLocalLambda({
      bundle: new URL("../dist/index.cjs", import.meta.url).pathname,
      functionArn,
      timeoutMilliseconds: timeout,
      environment: {
        ...sandbox.env,
        ...dynamoDb.env,
        LEASES_TABLE: dynamoDb.table,
        GITHUB_API_URL: `${github.url}${path}`,
        ...(installations && { GITHUB_INSTALLATIONS: installations(installationId) }),
        ...environment,
        ...different,
      },
    });
    lambdas.push(lambda);
    return async (payload) => {
      const { payload: answer, functionError, logs } = await lambda.invoke(payload);
      expect(functionError).toBeUndefined();
      return { answer: answer as GitHubTeamAnswer, logs: logs.join("\n") };
    };
  };
  try {
    await play({
      sandbox,
      github,
      appId,
      installationId,
      dynamoDb,
      send: beside({}),
      beside,
      placeOf: (login, slug = "platform") => github.members("acme", slug)[login],
      countOf: (action) => sandbox.calls.filter((call) => call.action === action).length,
    });
  } finally {
    for (const lambda of lambdas) await lambda.close();
    await sandbox.close();
    await dynamoDb.close();
  }
}

/** The organisation acme, in which an App is installed. */
export function createAcme(github: Sandbox["github"]) {
  github.createOrganization("acme");
  for (const login of ["olga-o", "robin-r", "sam-s"]) github.createUser(login);
  github.setMember("acme", "olga-o", "admin");
  github.setMember("acme", "robin-r");
  github.setMember("acme", "sam-s");
  github.enableSaml("acme");
  github.addIdentity("acme", robin, "robin-r");
  github.createTeam("acme", "Platform");
  return github.createApp("acme");
}

/** The payload with a target of this handler, and the given settings. */
export function withSettings(payload: ReturnType<typeof testPayload>, settings: Record<string, string> = {}) {
  const copy = structuredClone(payload);
  const { arn } = copy.fields.target.settings;
  copy.fields.target.settings = {
    org: "acme",
    team_slug: "platform",
    ...copy.fields.target.settings,
    ...settings,
  };
  copy.fields.target.settings.arn = settings["arn"] ?? arn;
  return copy;
}

export function withRequester(payload: typeof escalate, username: string) {
  const copy = structuredClone(payload);
  copy.run.actors.request.username = username;
  return copy;
}
