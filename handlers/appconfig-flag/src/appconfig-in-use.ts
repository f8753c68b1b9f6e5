import { paginateListEnvironments } from "@aws-sdk/client-appconfig";
import { abortOf, itemsOf, requireElement } from "@sym/aws";
import { unavailable } from "@sym/lambda-core";
import { type Caller, callOf } from "./appconfig-call.ts";
import { deploymentsOf, profileOf } from "./appconfig-deployments.ts";

/** The newest complete deployment, and its predecessor, to which AppConfig rolls back if the newest is undone. */
const completeInUse = 2;

/** The numbers of the profile's versions that any environment has deployed, is deploying, or may roll back to. */
export async function versionsInUse(caller: Caller): Promise<Set<number>> {
  const environments = new Set([caller.access.environment, ...(await environmentsOf(caller))]);
  const used = await Promise.all([...environments].map((environment) => usedIn(caller, environment)));
  return new Set(used.flat());
}

async function environmentsOf({ client, access, invocation }: Caller): Promise<string[]> {
  const gone = `AppConfig application ${access.project} no longer exists; check in CloudTrail who deleted the application`;
  // This 404 does not end the access: the flag may still be on for its clients.
  const call = callOf("ListEnvironments", access, unavailable(gone, { retryable: false }));
  const pages = paginateListEnvironments({ client }, { ApplicationId: access.project }, abortOf(invocation));
  return Array.fromAsync(
    itemsOf(call, pages, ({ Items }) => Items?.map(({ Id }) => requireElement(Id, call))),
  );
}

async function usedIn(caller: Caller, environment: string): Promise<number[]> {
  const gone = `AppConfig environment ${environment} is listed but cannot be found; try again`;
  const used: number[] = [];
  let complete = 0;
  for await (const deployment of deploymentsOf(caller, environment, unavailable(gone))) {
    if ((await profileOf(caller, environment, deployment)) !== caller.access.profile) continue;
    used.push(Number(deployment.ConfigurationVersion));
    if (deployment.State === "COMPLETE") complete += 1;
    if (complete === completeInUse) break;
  }
  return used;
}
