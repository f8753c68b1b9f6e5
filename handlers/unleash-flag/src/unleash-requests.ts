// The requests to Unleash's admin API, with what its responses mean.
import { type JsonClient, type JsonResponse, unexpectedResponse } from "@sym/http-client";
import { type Invocation, notFound, refused, type SymError } from "@sym/lambda-core";
import * as v from "valibot";
import type { FlagAccess } from "./resolve.ts";
import { type Environment, environmentShape, featureShape, titleOf } from "./unleash-strategy.ts";

export const system = "Unleash";

export async function getEnvironment(
  client: JsonClient,
  access: FlagAccess,
  invocation: Invocation,
): Promise<Environment> {
  const { project, flag } = access;
  const path = `/api/admin/projects/${project}/features/${flag}`;
  const response = await client(invocation, "GET", path);
  if (response.status === 404) return getArchived(client, access, invocation);
  if (response.status !== 200) throw unexpectedResponse(system, response, `read flag ${flag}`);
  const { environments } = v.parse(featureShape, response.body);
  const environment = environments.find(({ name }) => name === access.environment);
  if (environment) return environment;
  // Its strategies are still there, and come back if an administrator adds the environment to the project again.
  throw refused(
    `Unleash flag ${flag} is not in an environment ${access.environment}; correct the target's setting environment`,
  );
}

/** An archived flag is not found among the others, but its strategies are still there, and come back with it. */
async function getArchived(
  client: JsonClient,
  access: FlagAccess,
  invocation: Invocation,
): Promise<Environment> {
  const { project, flag } = access;
  const response = await client(invocation, "GET", environmentPath(access));
  if (response.status === 200) {
    const { strategies } = v.parse(environmentShape, response.body);
    return { name: access.environment, enabled: false, strategies, archived: true };
  }
  if (response.status !== 404) throw unexpectedResponse(system, response, `read flag ${flag}`);
  // Names are unique, whatever project a flag is in, so a name that is free is one that no flag has.
  const { status } = await client(invocation, "POST", "/api/admin/features/validate", { name: flag });
  if (status === 200)
    throw notFound("resource", `There is no flag ${flag} in Unleash; correct the target's setting flag`);
  throw refused(
    `Unleash project ${project} has no flag ${flag} in ${access.environment} that the token can see; correct the target's settings project and environment`,
  );
}

export async function addStrategy(
  client: JsonClient,
  access: FlagAccess,
  invocation: Invocation,
): Promise<void> {
  const { userId, flag } = access;
  const response = await client(invocation, "POST", `${environmentPath(access)}/strategies`, {
    name: "flexibleRollout",
    title: titleOf(access),
    parameters: { rollout: "100", stickiness: "default", groupId: flag },
    constraints: userId === undefined ? [] : [{ contextName: "userId", operator: "IN", values: [userId] }],
  });
  if (response.status !== 200 && response.status !== 201) throw toSymError(access, response);
}

export async function deleteStrategy(
  client: JsonClient,
  access: FlagAccess,
  invocation: Invocation,
  id: string,
): Promise<void> {
  const path = `${environmentPath(access)}/strategies/${encodeURIComponent(id)}`;
  const response = await client(invocation, "DELETE", path);
  if (response.status !== 200 && response.status !== 404) throw toSymError(access, response);
}

export async function flip(
  client: JsonClient,
  access: FlagAccess,
  invocation: Invocation,
  on: boolean,
): Promise<void> {
  const path = `${environmentPath(access)}/${on ? "on" : "off"}`;
  const response = await client(invocation, "POST", path);
  if (response.status !== 200) throw toSymError(access, response);
}

function environmentPath({ project, flag, environment }: FlagAccess): string {
  return `/api/admin/projects/${project}/features/${flag}/environments/${environment}`;
}

/** The error for a change that Unleash refused. */
function toSymError({ flag, project, environment }: FlagAccess, response: JsonResponse): SymError {
  const { permissions } = (response.body ?? {}) as { permissions?: unknown };
  const needed = Array.isArray(permissions) ? permissions : [];
  if (response.status === 403 && needed.includes("SKIP_CHANGE_REQUEST"))
    return refused(
      `Unleash wants a change request for changes in ${environment}; make one there, or give the token's account the permission to skip change requests`,
    );
  return unexpectedResponse(system, response, `change flag ${flag} in ${project}/${environment}`);
}
