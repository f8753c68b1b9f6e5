import { AwsError } from "../aws/aws-error.ts";
import { type RestAction, type RestParameters, type RestRoute, restService } from "../aws/rest-protocol.ts";
import type { Caller, Service } from "../aws/service.ts";
import type { AppConfigState, Application, Deployment } from "./appconfig-data.ts";
import { create, getOn, isUnderWay, notFound, startDeployment } from "./appconfig-data.ts";

/** Small, so every list has more than one page. */
const PAGE = 2;

/** AppConfig's wire API. https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference */
export function appConfigService(state: () => AppConfigState): Service {
  const within =
    (run: (application: Application, parameters: RestParameters) => ReturnType<RestAction>): RestAction =>
    (parameters, caller) =>
      run(find(state(), caller, parameters["application"] ?? ""), parameters);
  const startHere = (application: Application, parameters: RestParameters) =>
    start(state(), application, parameters);
  const createHere = (application: Application, parameters: RestParameters) =>
    createVersion(state(), application, parameters);
  const environments = "/applications/{application}/environments";
  const environment = `${environments}/{environment}`;
  const deployments = `${environment}/deployments`;
  const versions = "/applications/{application}/configurationprofiles/{profile}/hostedconfigurationversions";

  const routes: RestRoute[] = [
    { action: "ListEnvironments", method: "GET", path: environments, run: within(listEnvironments) },
    { action: "GetEnvironment", method: "GET", path: environment, run: within(getEnvironment) },
    { action: "ListDeployments", method: "GET", path: deployments, run: within(listDeployments) },
    { action: "GetDeployment", method: "GET", path: `${deployments}/{number}`, run: within(getDeployment) },
    { action: "StartDeployment", method: "POST", path: deployments, run: within(startHere) },
    {
      action: "ListHostedConfigurationVersions",
      method: "GET",
      path: versions,
      run: within(listVersions),
    },
    {
      action: "GetHostedConfigurationVersion",
      method: "GET",
      path: `${versions}/{version}`,
      run: within(getVersion),
    },
    {
      action: "CreateHostedConfigurationVersion",
      method: "POST",
      path: versions,
      headers: ["latest-version-number", "description"],
      run: within(createHere),
    },
    {
      action: "DeleteHostedConfigurationVersion",
      method: "DELETE",
      path: `${versions}/{version}`,
      run: within(deleteVersion),
    },
  ];
  return restService(routes.map((route) => ({ ...route, run: unlessRefused(state, route) })));
}

/** Answers with the refusal planned for this action, if any. */
function unlessRefused(state: () => AppConfigState, { action, run }: RestRoute): RestAction {
  return (parameters, caller) => {
    const { refusals } = state();
    const at = refusals.findIndex((one) => one.action === action);
    const [refusal] = at < 0 ? [] : refusals.splice(at, 1);
    if (refusal) throw new AwsError(refusal.status, refusal.code, "Refused by the world");
    return run(parameters, caller);
  };
}

function find(state: AppConfigState, { account }: Caller, id: string): Application {
  return state.applications[`${account}/${id}`] ?? notFound("Application", id);
}

function environmentOf({ environments }: Application, { environment = "" }: RestParameters) {
  return environments[environment] ?? notFound("Environment", environment);
}

function versionsOf({ profiles }: Application, { profile = "" }: RestParameters) {
  return (profiles[profile] ?? notFound("ConfigurationProfile", profile)).versions;
}

function listEnvironments({ environments }: Application, ids: RestParameters) {
  const shown = Object.keys(environments).map((Id) => ({ ApplicationId: ids["application"], Id }));
  return { json: page(shown, ids) };
}

function getEnvironment(application: Application, ids: RestParameters) {
  const { monitors, deployments } = environmentOf(application, ids);
  const Monitors = Array.from({ length: monitors }, (_, index) => ({
    AlarmArn: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors-${index}`,
  }));
  const State = deployments.some(isUnderWay) ? "DEPLOYING" : "READY_FOR_DEPLOYMENT";
  return { json: { ApplicationId: ids["application"], Id: ids["environment"], State, Monitors } };
}

/** From the newest to the oldest. */
function listDeployments(application: Application, ids: RestParameters) {
  const environment = environmentOf(application, ids);
  const shown = environment.deployments.map(summary).reverse();
  if (environment.isOld)
    for (const one of shown) delete (one as { ConfigurationProfileId?: string }).ConfigurationProfileId;
  getOn(environment);
  return { json: page(shown, ids) };
}

function getDeployment(application: Application, ids: RestParameters) {
  const found = environmentOf(application, ids).deployments.find(
    ({ number }) => String(number) === ids["number"],
  );
  return { json: found ? summary(found) : notFound("Deployment", ids["number"] ?? "") };
}

function start(state: AppConfigState, application: Application, ids: RestParameters) {
  const wish = JSON.parse(ids["body"] ?? "{}");
  const { deployments } = environmentOf(application, ids);
  const latest = wish.LatestDeploymentNumber;
  if (latest !== undefined && latest !== deployments.at(-1)?.number)
    throw new AwsError(409, "ConflictException", "The latest deployment has another number");
  const deployment = startDeployment(state, application, {
    environment: ids["environment"] ?? "",
    profile: wish.ConfigurationProfileId,
    version: Number(wish.ConfigurationVersion),
    strategy: wish.DeploymentStrategyId,
    description: wish.Description,
  });
  return { status: 201, json: summary(deployment) };
}

function summary({ number, profile, version, state, duration, bake }: Deployment) {
  return {
    DeploymentNumber: number,
    ConfigurationProfileId: profile,
    ConfigurationVersion: String(version),
    State: state,
    DeploymentDurationInMinutes: duration,
    FinalBakeTimeInMinutes: bake,
    PercentageComplete: state === "DEPLOYING" ? 1 : 100,
  };
}

function listVersions(application: Application, ids: RestParameters) {
  const shown = versionsOf(application, ids).map(({ number, description }) => ({
    ApplicationId: ids["application"],
    ConfigurationProfileId: ids["profile"],
    VersionNumber: number,
    Description: description,
    ContentType: "application/json",
  }));
  return { json: page(shown, ids) };
}

function getVersion(application: Application, ids: RestParameters) {
  const version = versionsOf(application, ids).find(({ number }) => String(number) === ids["version"]);
  if (!version) return notFound("HostedConfigurationVersion", ids["version"] ?? "");
  return {
    text: version.content,
    headers: {
      "content-type": "application/json",
      "version-number": String(version.number),
      description: version.description,
    },
  };
}

/** The number of the latest version is the lock. */
function createVersion(state: AppConfigState, application: Application, ids: RestParameters) {
  const { "latest-version-number": latest, description = "", profile = "", body = "" } = ids;
  const newest = versionsOf(application, ids).at(-1)?.number ?? 0;
  if (latest !== undefined && Number(latest) !== newest)
    throw new AwsError(409, "ConflictException", "The latest version has another number");
  const { number, content } = create(state, application, profile, body, description);
  const headers = { "content-type": "application/json", "version-number": String(number) };
  return { status: 201, text: content, headers };
}

/** Deletes deployed versions, too: neither the service's model nor its documentation says that AppConfig refuses to. */
function deleteVersion(application: Application, ids: RestParameters) {
  const versions = versionsOf(application, ids);
  const at = versions.findIndex(({ number }) => String(number) === ids["version"]);
  if (at < 0) return notFound("HostedConfigurationVersion", ids["version"] ?? "");
  versions.splice(at, 1);
  return { status: 204, text: "" };
}

function page<Item>(all: Item[], parameters: RestParameters) {
  const from = Number(parameters["next_token"] ?? 0);
  const next = from + PAGE;
  return { Items: all.slice(from, next), ...(next < all.length && { NextToken: String(next) }) };
}
