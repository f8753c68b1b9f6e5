import { paginateListEnvironments } from "@aws-sdk/client-appconfig";
import { requireElement } from "@sym/aws";
import { deploymentsOf } from "./appconfig-deployments.ts";
import { toSymError, unavailable } from "./appconfig-errors.ts";
import { abortOf, type Caller } from "./appconfig-versions.ts";

/** The newest complete deployment, and its predecessor, to which AppConfig rolls back if the newest is undone. */
const completeInUse = 2;

/** The numbers of the profile's versions that any environment has deployed, is deploying, or may roll back to. */
export async function versionsInUse(caller: Caller): Promise<Set<number>> {
  const environments = new Set([caller.access.environment, ...(await environmentsOf(caller))]);
  const used = await Promise.all([...environments].map((environment) => usedIn(caller, environment)));
  return new Set(used.flat());
}

async function environmentsOf({ client, access, invocation }: Caller): Promise<string[]> {
  const action = "appconfig:ListEnvironments";
  const call = { action, on: access.names.resource };
  const pages = paginateListEnvironments({ client }, { ApplicationId: access.project }, abortOf(invocation));
  const ids: string[] = [];
  try {
    for await (const { Items } of pages)
      ids.push(...requireElement(Items, call).map(({ Id }) => requireElement(Id, call)));
  } catch (error) {
    const gone = `AppConfig application ${access.project} no longer exists; check in CloudTrail who deleted the application`;
    // This 404 does not end the access: the flag may still be on for its clients.
    throw toSymError(error, action, access, unavailable(gone));
  }
  return ids;
}

async function usedIn(caller: Caller, environment: string): Promise<number[]> {
  const gone = `AppConfig environment ${environment} is listed but cannot be found; try again`;
  const missing = unavailable(gone, { retryable: true });
  const used: number[] = [];
  let complete = 0;
  for await (const { deployment, profile } of deploymentsOf(caller, environment, missing)) {
    if ((await profile()) !== caller.access.profile) continue;
    used.push(Number(deployment.ConfigurationVersion));
    if (deployment.State === "COMPLETE") complete += 1;
    if (complete === completeInUse) break;
  }
  return used;
}
