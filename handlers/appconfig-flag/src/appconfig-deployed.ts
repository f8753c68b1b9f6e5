import { GetHostedConfigurationVersionCommand } from "@aws-sdk/client-appconfig";
import { abortOf, answerTo, requireElement } from "@sym/aws";
import { notFound, refused, type State, type SymError, unavailable } from "@sym/lambda-core";
import { type Caller, callOf } from "./appconfig-call.ts";
import { type Deployment, deploymentsOf, isUnderWay, isUndone, profileOf } from "./appconfig-deployments.ts";
import type { FlagAccess } from "./resolve.ts";

/** A flag's entry in the document's `values`: `enabled`, and the flag's attributes. */
export type Value = Record<string, unknown>;

/** A flag in the text of a feature flag document, and the deployment of that document in the environment. */
export type Deployed = {
  text: string;
  value: Value;
  /** The deployed version's description. */
  description: string;
  /** This profile's newest deployment, without the undone deployments. */
  current: Deployment;
  /** The environment's newest deployment, of any profile. */
  latest: Deployment;
};

/** A flag without `enabled`, which AWS's schema allows, is off. */
export function stateOf(value: Value): State {
  return value["enabled"] === true ? "on" : "off";
}

/** Finds the environment's deployed document. The profile's newest version may be a draft, or another environment's. */
export async function findDeployed(caller: Caller): Promise<Deployed> {
  const { access } = caller;
  const { latest, current } = await newestDeployments(caller);
  if (!latest || !current)
    throw refused(
      `No version of AppConfig profile ${access.profile} is deployed in environment ${access.environment}; correct the target's setting configuration_profile, or deploy a version`,
    );
  const { text, description } = await readVersion(caller, current.ConfigurationVersion);
  const document = parse(text);
  if (!document) throw notHosted(access.profile);
  const value = flagValue(document, access);
  if (value) return { text, value, description, current, latest };
  // AppConfig can still undo a deployment of a version without the flag; the flag would return.
  if (isUnderWay(latest))
    throw unavailable(
      `AppConfig is deploying the removal of flag ${access.flag} from environment ${access.environment}, which can still be rolled back; try again when that deployment is complete`,
    );
  throw notFound(
    "resource",
    `AppConfig profile ${access.profile} has no flag ${access.flag} with a value; correct the target's setting flag`,
  );
}

async function newestDeployments(caller: Caller): Promise<{ latest?: Deployment; current?: Deployment }> {
  const { environment, project, profile } = caller.access;
  const advice = "correct the target's settings project and environment";
  const gone = `AppConfig has no environment ${environment} in application ${project}; ${advice}`;
  let latest: Deployment | undefined;
  for await (const deployment of deploymentsOf(caller, environment, notFound("resource", gone))) {
    latest ??= deployment;
    if (!isUndone(deployment) && (await profileOf(caller, environment, deployment)) === profile)
      return { latest, current: deployment };
  }
  return latest ? { latest } : {};
}

/** Throws if AppConfig's own store does not have the version: its name is not a number, or the version is not found. */
async function readVersion({ client, access, invocation }: Caller, version: string) {
  const { project, profile, environment } = access;
  if (!/^\d+$/.test(version)) throw notHosted(profile);
  const gone = `AppConfig's hosted configuration store has no version ${version} of profile ${profile}, which is deployed in environment ${environment}; correct the target's setting configuration_profile, or deploy an existing version`;
  const call = callOf("GetHostedConfigurationVersion", access, refused(gone));
  const command = new GetHostedConfigurationVersionCommand({
    ApplicationId: project,
    ConfigurationProfileId: profile,
    VersionNumber: Number(version),
  });
  const answer = await answerTo(call, client.send(command, abortOf(invocation)));
  const text = new TextDecoder().decode(requireElement(answer.Content, call));
  return { text, description: answer.Description ?? "" };
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

/** Undefined if the document has no such flag. */
function flagValue({ values }: Document, { flag }: FlagAccess): Value | undefined {
  const value = Object.hasOwn(values, flag) ? values[flag] : undefined;
  if (!value) return undefined;
  if (!("_variants" in value) && ["boolean", "undefined"].includes(typeof value["enabled"])) return value;
  throw refused(
    `AppConfig flag ${flag} has variants, which apply only to some users; only a flag without variants can be switched`,
  );
}

function notHosted(profile: string): SymError {
  return refused(
    `AppConfig profile ${profile} has no feature flags in AppConfig's hosted configuration store; correct the target's setting configuration_profile`,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
