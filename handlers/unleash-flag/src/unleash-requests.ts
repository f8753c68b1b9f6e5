// The requests to Unleash's admin API, and the meaning of the responses.
import type { Place } from "@sym/flags";
import {
  bodyOf,
  type Caller,
  foreignResponse,
  type JsonResponse,
  unexpectedResponse,
} from "@sym/http-client";
import { notFound, refused, type SymError } from "@sym/lambda-core";
import { type FlagAccess, nameOf, type Whom } from "./resolve.ts";
import {
  environmentShape,
  type FlagThere,
  featureShape,
  isOnFor,
  strategyShape,
  titleOf,
} from "./unleash-strategy.ts";

/** Reads a flag in an environment. Throws if the flag does not exist, or is not in the environment. */
export async function getFlag(caller: Caller, place: Place): Promise<FlagThere> {
  const { client, invocation } = caller;
  const { project, flag } = place;
  const path = `/api/admin/projects/${project}/features/${flag}`;
  const response = await client(invocation, "GET", path);
  if (response.status === 404) return getArchived(caller, place);
  const { createdAt, environments, dependencies } = bodyOf(featureShape, response, `read flag ${flag}`);
  const environment = environments.find(({ name }) => name === place.environment);
  if (environment) return { ...environment, createdAt, dependencies, archived: false };
  // Unleash keeps the flag's strategies; the strategies return if an administrator adds the environment to the project again.
  throw refused(
    `Unleash flag ${flag} has no environment ${place.environment}; correct the target's setting environment`,
  );
}

/** Reads an archived flag, which Unleash hides among the project's flags. Its strategies return when the flag is revived. */
async function getArchived({ client, invocation }: Caller, place: Place): Promise<FlagThere> {
  const { project, flag } = place;
  const response = await client(invocation, "GET", environmentPath(place));
  if (response.status !== 404) {
    const { strategies } = bodyOf(environmentShape, response, `read flag ${flag}`);
    return { enabled: false, strategies, archived: true, dependencies: [] };
  }
  // A flag's name is unique across projects, so a free name proves the flag's absence.
  const free = await client(invocation, "POST", "/api/admin/features/validate", { name: flag });
  if (isDone(free))
    throw notFound("resource", `There is no flag ${flag} in Unleash; correct the target's setting flag`);
  throw refused(
    `Unleash project ${project} has no flag ${flag} in ${place.environment} that the token can see; correct the target's settings project and environment`,
  );
}

/**
 * The sentence about a parent that keeps the flag off: the flag requires each parent to be on, or to be off, and is off
 * wherever a parent differs. A parent that is on for only some people counts as met. Undefined if no parent is in the way.
 */
export async function parentProblem(
  caller: Caller,
  whom: Whom & Place,
  { dependencies }: FlagThere,
): Promise<string | undefined> {
  for (const { feature, enabled } of dependencies) {
    const parent = await getFlag(caller, { ...whom, flag: feature });
    if (!enabled && !parent.archived && isOnFor(parent, whom))
      return `${nameOf(whom)} is off where its parent flag ${feature} is on, and the parent flag is on for ${whom.names.subject}; switch ${feature} off first`;
    if (!enabled || (!parent.archived && parent.enabled)) continue;
    return `${nameOf(whom)} depends on flag ${feature}, which is ${parent.archived ? "archived" : "off"} in this environment, so the flag is off for all users; switch ${feature} on first`;
  }
  return undefined;
}

/** Whether a request succeeded that Unleash answers with status 200 and no body. Throws if the answer has a body. */
function isDone(response: JsonResponse): boolean {
  if (response.status !== 200) return false;
  if (response.body !== undefined) throw foreignResponse(response);
  return true;
}

export async function addStrategy({ client, invocation }: Caller, access: FlagAccess): Promise<void> {
  const { userId, flag } = access;
  const response = await client(invocation, "POST", `${environmentPath(access)}/strategies`, {
    name: "flexibleRollout",
    title: titleOf(access),
    parameters: { rollout: "100", stickiness: "default", groupId: flag },
    constraints: userId === undefined ? [] : [{ contextName: "userId", operator: "IN", values: [userId] }],
  });
  if (response.status !== 200 && response.status !== 201) throw toSymError(access, response);
  bodyOf(strategyShape, response, `change flag ${flag}`);
}

export async function deleteStrategy(
  { client, invocation }: Caller,
  access: FlagAccess,
  id: string,
): Promise<void> {
  const path = `${environmentPath(access)}/strategies/${encodeURIComponent(id)}`;
  const response = await client(invocation, "DELETE", path);
  if (!isDone(response) && response.status !== 404) throw toSymError(access, response);
}

export async function flip({ client, invocation }: Caller, access: FlagAccess, on: boolean): Promise<void> {
  const path = `${environmentPath(access)}/${on ? "on" : "off"}`;
  const response = await client(invocation, "POST", path);
  if (!isDone(response)) throw toSymError(access, response);
}

function environmentPath({ project, flag, environment }: Place): string {
  return `/api/admin/projects/${project}/features/${flag}/environments/${environment}`;
}

/** The error for a change that Unleash refused. */
function toSymError({ flag, project, environment }: Place, response: JsonResponse): SymError {
  const { permissions } = (response.body ?? {}) as { permissions?: unknown };
  const needed = Array.isArray(permissions) ? permissions : [];
  if (response.status === 403 && needed.includes("SKIP_CHANGE_REQUEST"))
    return refused(
      `Unleash requires a change request for changes in ${environment}; create the change request in Unleash, or give the token's account the permission to skip change requests`,
    );
  return unexpectedResponse(response, `change flag ${flag} in ${project}/${environment}`);
}
