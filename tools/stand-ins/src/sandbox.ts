import { type AppConfig, appConfigWorld } from "./appconfig/appconfig.ts";
import { appConfigService } from "./appconfig/appconfig-api.ts";
import { startAwsServer } from "./aws/aws-server.ts";
import type { Service } from "./aws/service.ts";
import { dynamoDbService } from "./enforcement/dynamodb-service.ts";
import { createEnforcement } from "./enforcement/enforcement.ts";
import type { PolicyDocument } from "./enforcement/policy.ts";
import { type GitHub, startGitHub } from "./github/github.ts";
import { type Iam, iamWorld } from "./iam/iam.ts";
import { iamService } from "./iam/iam-api.ts";
import { type IdentityStores, identityStoreWorld } from "./identity-store/identity-store.ts";
import { identityStoreService } from "./identity-store/identity-store-api.ts";
import type { Call } from "./kernel/call.ts";
import { createFaults, type Faults } from "./kernel/faults.ts";
import { type LaunchDarkly, startLaunchDarkly } from "./launchdarkly/launchdarkly.ts";
import { emptySandbox, type SandboxState } from "./sandbox-state.ts";
import {
  type SecretsManager,
  secretsManagerService,
  secretsManagerWorld,
} from "./secrets-manager/secrets-manager.ts";
import { roleCaller, type Sts, sessionCaller, stsService, stsWorld } from "./sts/sts.ts";
import { startUnleash, type Unleash } from "./unleash/unleash.ts";

export type { SandboxState } from "./sandbox-state.ts";

export type Sandbox = {
  url: string;
  /** The variables with which unmodified AWS SDK clients find the sandbox. */
  env: {
    AWS_ENDPOINT_URL: string;
    AWS_REGION: string;
    AWS_ACCESS_KEY_ID: string;
    AWS_SECRET_ACCESS_KEY: string;
    GITHUB_API_URL: string;
    GITHUB_APP_ID: string;
    GITHUB_PRIVATE_KEY_SECRET: string;
    LAUNCHDARKLY_URL: string;
    LAUNCHDARKLY_TOKEN: string;
    UNLEASH_URL?: string;
    UNLEASH_TOKEN?: string;
  };
  appConfig: AppConfig;
  github: GitHub;
  iam: Iam;
  identityStore: IdentityStores;
  launchDarkly: LaunchDarkly;
  secretsManager: SecretsManager;
  sts: Sts;
  /** The real server, whose flags `reset` does not change. Throws if the sandbox was started without Unleash. */
  readonly unleash: Unleash;
  faults: Faults;
  /** The role of a function with `env`. */
  executionRole: string;
  /**
   * From now on, these policies must allow each call of this role, on every resource that AWS checks. A role without
   * policies may do everything. Throws for a policy that cannot be applied in full.
   */
  enforce(roleArn: string, policies: PolicyDocument[]): void;
  /** Every request to a known service, in the order of handling. */
  calls: Call[];
  /** A copy of the state; `startSandbox({ state })` starts from it. */
  snapshot(): SandboxState;
  /** Returns to the state at the start, without calls, faults and policies. */
  reset(): void;
  /** Also ends the connections that a `timeout` fault left open. */
  close(): Promise<void>;
};

const ACCOUNT = "123456789012";
// The key of AWS's own documentation example, which secret scanners know.
const ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE";
const SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
// In place of a Lambda function's execution role.
const EXECUTION_ROLE = `arn:aws:iam::${ACCOUNT}:role/sym-handler`;

/**
 * `dynamoDb`: the URL of DynamoDB. Clients then reach DynamoDB through `env` alone, and the sandbox records and
 * authorizes these calls, too. `services`: further AWS services, by their names in signatures, such as those of
 * `flowServices()`; `reset` and `snapshot` leave them out. `unleash`: starts the real Unleash as its own program;
 * `startSandbox` throws with the reason if Unleash cannot run.
 */
export type SandboxOptions = {
  state?: SandboxState;
  dynamoDb?: { url: string };
  services?: Record<string, Service>;
  unleash?: boolean;
};

/** Starts stand-ins for AWS services on one loopback port; nothing leaves the machine. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const start = structuredClone({ ...emptySandbox(), ...options.state });
  let state = structuredClone(start);
  const faults = createFaults();
  const calls: Call[] = [];
  // By the service name in the signature's credential scope. A new stand-in is one more line here.
  const services: Record<string, Service> = {
    appconfig: appConfigService(() => state.appConfig),
    iam: iamService(() => state.iam),
    identitystore: identityStoreService(() => state.identityStore),
    secretsmanager: secretsManagerService(() => state.secretsManager),
    sts: stsService(() => state.sts),
    ...(options.dynamoDb && { dynamodb: dynamoDbService(options.dynamoDb.url) }),
    ...options.services,
  };
  const { enforce, authorize, clear: endEnforcement } = createEnforcement(() => state);
  const identify = (accessKeyId: string, sessionToken: unknown) =>
    accessKeyId === ACCESS_KEY_ID
      ? roleCaller(EXECUTION_ROLE, "sandbox")
      : sessionCaller(state.sts, accessKeyId, sessionToken);
  // Started first: a failure leaves nothing to close.
  const unleash = options.unleash ? await startUnleash({ faults, calls }).catch(cannotRun) : undefined;
  const server = await startAwsServer({ services, identify, authorize, faults, calls });
  const github = await startGitHub({ state: () => state.github, faults, calls });
  const launchDarkly = await startLaunchDarkly({ state: () => state.launchDarkly, faults, calls });

  return {
    url: server.url,
    env: {
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY: SECRET_ACCESS_KEY,
      ...github.env,
      ...launchDarkly.env,
      ...(unleash && { UNLEASH_URL: unleash.url, UNLEASH_TOKEN: unleash.token }),
    },
    appConfig: appConfigWorld(() => state.appConfig, ACCOUNT),
    github,
    iam: iamWorld(() => state.iam, ACCOUNT),
    identityStore: identityStoreWorld(() => state.identityStore, ACCOUNT),
    launchDarkly,
    secretsManager: secretsManagerWorld(() => state.secretsManager, ACCOUNT),
    sts: stsWorld(() => state.sts),
    get unleash() {
      if (unleash) return unleash;
      throw new Error("The sandbox was started without Unleash: call startSandbox({ unleash: true })");
    },
    faults: { inject: faults.inject, clear: faults.clear },
    executionRole: EXECUTION_ROLE,
    enforce,
    calls,
    snapshot: () => structuredClone(state),
    reset: () => {
      state = structuredClone(start);
      calls.length = 0;
      faults.clear();
      launchDarkly.reset();
      unleash?.faults.clear();
      endEnforcement();
    },
    close: async () => {
      await Promise.all([server.close(), github.close(), launchDarkly.close(), unleash?.close()]);
    },
  };
}

function cannotRun({ message }: Error): never {
  throw new Error(`Unleash cannot run here: ${message}`);
}
