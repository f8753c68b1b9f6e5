import {
  type AppConfigClient,
  type DeploymentSummary,
  GetDeploymentCommand,
  GetHostedConfigurationVersionCommand,
  paginateListDeployments,
} from "@aws-sdk/client-appconfig";
import { type Invocation, notFound, refused, type State, type SymError } from "@sym/lambda-core";
import { toSymError, unavailable } from "./appconfig-errors.ts";
import type { FlagAccess } from "./resolve.ts";

/** A flag's entry among the values: `enabled`, and its attributes. */
export type Value = Record<string, unknown>;

/** A flag in the text of a document of feature flags, and the deployment that brought it into the environment. */
export type Deployed = {
  text: string;
  value: Value;
  /** The description of the version that is deployed. */
  description: string;
  /** The newest deployment of this profile that was not undone. */
  current: DeploymentSummary;
  /** The newest deployment of anything in this environment. */
  latest: DeploymentSummary;
};

/** Of an environment that takes no other deployment now. */
export function isUnderWay({ State }: DeploymentSummary): boolean {
  return ["DEPLOYING", "VALIDATING", "BAKING", "ROLLING_BACK"].includes(State ?? "");
}

export function isUndone({ State }: DeploymentSummary): boolean {
  return ["ROLLING_BACK", "ROLLED_BACK", "REVERTED"].includes(State ?? "");
}

/** A flag without `enabled`, which AWS's schema allows, is off. */
export function stateOf(value: Value): State {
  return value["enabled"] === true ? "on" : "off";
}

/** Finds what is deployed in the environment. The profile's newest version may be a draft, or another environment's. */
export async function findDeployed(
  client: AppConfigClient,
  access: FlagAccess,
  invocation: Invocation,
): Promise<Deployed> {
  const { profile } = access;
  const { signal: abortSignal } = invocation.budget;
  const { latest, current } = await deployments(client, access, abortSignal);
  if (!latest || !current)
    throw refused(
      `Nothing of AppConfig profile ${profile} is deployed in environment ${access.environment}; correct the target's setting configuration_profile, or deploy a version`,
    );
  const command = new GetHostedConfigurationVersionCommand({
    ApplicationId: access.project,
    ConfigurationProfileId: profile,
    VersionNumber: Number(current.ConfigurationVersion),
  });
  const { Content, Description: description = "" } = await client
    .send(command, { abortSignal })
    .catch((error: unknown) => {
      throw toSymError(error, "appconfig:GetHostedConfigurationVersion", access, notHosted(profile));
    });
  const text = new TextDecoder().decode(Content);
  const document = parse(text);
  if (!document) throw notHosted(profile);
  const value = flagValue(document, access);
  if (value) return { text, value, description, current, latest };
  // A deployment of a version without the flag can still be undone, and the flag is back as it was.
  if (isUnderWay(latest))
    throw unavailable(
      `AppConfig is just taking flag ${access.flag} out of environment ${access.environment}, which can still be undone; try again when that deployment is complete`,
      { retryable: true },
    );
  throw notFound(
    "resource",
    `AppConfig profile ${profile} has no flag ${access.flag} with a value; correct the target's setting flag`,
  );
}

/** AppConfig lists deployments from the newest to the oldest. */
async function deployments(client: AppConfigClient, access: FlagAccess, abortSignal: AbortSignal) {
  const place = { ApplicationId: access.project, EnvironmentId: access.environment };
  let latest: DeploymentSummary | undefined;
  try {
    for await (const page of paginateListDeployments({ client }, place, { abortSignal }))
      for (const one of page.Items ?? []) {
        latest ??= one;
        if (!isUndone(one) && (await profileOf(client, access, one, abortSignal)) === access.profile)
          return { latest, current: one };
      }
  } catch (error) {
    const advice = "correct the target's settings project and environment";
    const gone = `AppConfig has no environment ${access.environment} in application ${access.project}; ${advice}`;
    throw toSymError(error, "appconfig:ListDeployments", access, notFound("resource", gone));
  }
  return { latest };
}

/** AppConfig's lists of deployments name the profile since July 2026 only, and not everywhere. */
async function profileOf(
  client: AppConfigClient,
  access: FlagAccess,
  { ConfigurationProfileId, DeploymentNumber }: DeploymentSummary,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  if (ConfigurationProfileId !== undefined) return ConfigurationProfileId;
  const command = new GetDeploymentCommand({
    ApplicationId: access.project,
    EnvironmentId: access.environment,
    DeploymentNumber,
  });
  const deployment = await client.send(command, { abortSignal }).catch((error: unknown) => {
    const gone = unavailable(
      `AppConfig deployment ${DeploymentNumber} is listed, and cannot be found; try again`,
    );
    throw toSymError(error, "appconfig:GetDeployment", access, gone);
  });
  return deployment.ConfigurationProfileId;
}

type Document = { values: Record<string, Value> };

function parse(text: string): Document | undefined {
  try {
    const document = JSON.parse(text);
    return isObject(document?.values) && isObject(document?.flags) ? document : undefined;
  } catch {
    return undefined; // Not JSON: a profile of another type.
  }
}

/** Undefined if there is no such flag. */
function flagValue({ values }: Document, { flag }: FlagAccess): Value | undefined {
  const value = Object.hasOwn(values, flag) ? values[flag] : undefined;
  if (!value) return undefined;
  if (!("_variants" in value) && ["boolean", "undefined"].includes(typeof value["enabled"])) return value;
  throw refused(
    `AppConfig flag ${flag} has variants, which are for some and not for others; only a flag without variants can be switched`,
  );
}

function notHosted(profile: string): SymError {
  return refused(
    `AppConfig profile ${profile} holds no feature flags in AppConfig's own store; correct the target's setting configuration_profile`,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
