import { createRouter, type Route } from "../kernel/routes.ts";
import { type Patch, patchExpiring, patchFlag } from "./patch.ts";
import { type Flag, type LaunchDarklyState, refuse } from "./state.ts";

/** `environment` is in the path, or in the query as `env`. Parameters missing from the path are empty. */
export type LaunchDarklyParameters = {
  project: string;
  flag: string;
  environment: string;
  /** The query of the same name. */
  ignoreConflicts: boolean;
};

type LaunchDarklyExchange = {
  state: LaunchDarklyState;
  parameters: LaunchDarklyParameters;
  contentType: string;
  body: unknown;
};

/** `action` is LaunchDarkly's own operation id. */
export type LaunchDarklyRoute = Route & { action: string; answer(exchange: LaunchDarklyExchange): object };

const flag = "/api/v2/flags/{project}/{flag}";
const expiringTargets = `${flag}/expiring-targets/{environment}`;

/** The few routes in use; any other path is a 404. https://launchdarkly.com/docs/api */
export const findRoute = createRouter<LaunchDarklyRoute>([
  { action: "getFeatureFlag", method: "GET", path: flag, answer: getFlag },
  { action: "patchFeatureFlag", method: "PATCH", path: flag, answer: changeFlag },
  { action: "getExpiringContextTargets", method: "GET", path: expiringTargets, answer: getExpiring },
  { action: "patchExpiringTargets", method: "PATCH", path: expiringTargets, answer: changeExpiring },
  { action: "getProject", method: "GET", path: "/api/v2/projects/{project}", answer: getProject },
  {
    action: "getEnvironment",
    method: "GET",
    path: "/api/v2/projects/{project}/environments/{environment}",
    answer: getEnvironment,
  },
]);

export function unknownResource(): never {
  return refuse(404, "not_found", "Unknown resource");
}

function getFlag(exchange: LaunchDarklyExchange): object {
  return show(flagOf(exchange), exchange.parameters);
}

function changeFlag(exchange: LaunchDarklyExchange): object {
  const found = flagOf(exchange);
  const { project, ignoreConflicts } = exchange.parameters;
  patchFlag(exchange.state, project, found, patchOf(exchange), ignoreConflicts);
  return show(found, { project, environment: "" });
}

function getExpiring(exchange: LaunchDarklyExchange): object {
  flagOf(exchange);
  const { project, flag: key, environment } = exchange.parameters;
  return { items: exchange.state.expiring[`${project}/${key}/${environment}`] ?? [] };
}

function changeExpiring(exchange: LaunchDarklyExchange): object {
  const { project, environment } = exchange.parameters;
  return patchExpiring(exchange.state, project, flagOf(exchange), environment, patchOf(exchange));
}

/** The answer has the project's environments only if the query expands them. */
function getProject(exchange: LaunchDarklyExchange): object {
  const { _id } = projectOf(exchange);
  const { project: key } = exchange.parameters;
  const _links = { self: link(`/api/v2/projects/${key}`) };
  return { _links, _id, key, name: key, includeInSnippetByDefault: false, tags: [] };
}

function projectOf({ state, parameters: { project: key } }: LaunchDarklyExchange) {
  const project = Object.hasOwn(state.projects, key) ? state.projects[key] : undefined;
  return project ?? unknownResource();
}

function getEnvironment(exchange: LaunchDarklyExchange): object {
  const { project, environment: key } = exchange.parameters;
  const { environments } = projectOf(exchange);
  const _id = Object.hasOwn(environments, key) ? environments[key] : undefined;
  if (_id === undefined) return unknownResource();
  return {
    _links: { self: link(`/api/v2/projects/${project}/environments/${key}`) },
    _id,
    key,
    name: key,
    apiKey: `sdk-${_id}`,
    mobileKey: `mob-${_id}`,
    color: "417505",
    defaultTtl: 0,
    secureMode: false,
    defaultTrackEvents: false,
    requireComments: exchange.state.comments.includes(`${project}/${key}`),
    confirmChanges: false,
    tags: [],
    critical: false,
  };
}

function link(href: string): object {
  return { href, type: "application/json" };
}

/** The flag of the path, if the token can see its project. */
function flagOf({ state, parameters: { project, flag: key } }: LaunchDarklyExchange): Flag {
  const path = `${project}/${key}`;
  const isVisible = Object.hasOwn(state.projects, project) && Object.hasOwn(state.flags, path);
  return (isVisible ? state.flags[path] : undefined) ?? unknownResource();
}

/** Without the domain model, LaunchDarkly reads the body as a JSON patch, which is a list. */
function patchOf({ contentType, body }: LaunchDarklyExchange): Patch {
  if (!/domain-model=launchdarkly\.semanticpatch/.test(contentType))
    refuse(400, "invalid_request", "Invalid JSON patch");
  return (body ?? {}) as Patch;
}

/** With `env` in the query, only the named environment. */
function show(flag: Flag, { project, environment }: { project: string; environment: string }): object {
  const environments = Object.entries(flag.environments)
    .filter(([name]) => environment === "" || name === environment)
    .map(([name, one]) => {
      // Beside each list of users, LaunchDarkly shows an empty list of contexts.
      const shadows = one.targets.map((target) => ({ ...target, values: [] }));
      const shown = {
        ...one,
        contextTargets: [...shadows, ...one.contextTargets],
        salt: flag.key,
        sel: flag.key,
        trackEvents: false,
        trackEventsFallthrough: false,
        _site: { href: `/${project}/${name}/features/${flag.key}`, type: "text/html" },
        _environmentName: name,
      };
      return [name, shown];
    });
  return {
    ...flag,
    _links: { self: link(`/api/v2/flags/${project}/${flag.key}`) },
    experiments: { baselineIdx: 0, items: [] },
    customProperties: {},
    environments: Object.fromEntries(environments),
  };
}
