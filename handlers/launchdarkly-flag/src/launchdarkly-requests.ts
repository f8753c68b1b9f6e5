// The requests to LaunchDarkly that are about a flag as a whole.
import { auditComment } from "@sym/flags";
import { type JsonClient, type JsonResponse, unexpectedResponse, untilDone } from "@sym/http-client";
import { type Invocation, notFound, refused, type SymError } from "@sym/lambda-core";
import * as v from "valibot";
import type { FlagAccess } from "./resolve.ts";

export const system = "LaunchDarkly";

const targets = v.optional(
  v.array(
    v.object({ values: v.array(v.string()), variation: v.number(), contextKind: v.optional(v.string()) }),
  ),
  [],
);
const flagShape = v.object({
  archived: v.optional(v.boolean()),
  variations: v.array(v.object({ _id: v.string(), name: v.optional(v.string()), value: v.unknown() })),
  environments: v.record(v.string(), v.object({ on: v.boolean(), targets, contextTargets: targets })),
});
export type Flag = v.InferOutput<typeof flagShape>;
export type Environment = Flag["environments"][string];
export type Instruction = { kind: string; [parameter: string]: unknown };
/** A flag, and the environment of it that the access is about. */
export type Found = { flag: Flag; environment: Environment };
/** What is to be changed in a flag as it is now; throws if it must not be. */
type Plan = (flag: Flag, environment: Environment) => Instruction[];

export function flagPath({ project, flag }: FlagAccess): string {
  return `/api/v2/flags/${project}/${flag}`;
}

export async function getFlag(
  client: JsonClient,
  access: FlagAccess,
  invocation: Invocation,
): Promise<Found> {
  const path = `${flagPath(access)}?env=${access.environment}`;
  const project = `/api/v2/projects/${access.project}`;
  const response = await client(invocation, "GET", path);
  if (response.status === 404) {
    // Who sees a project sees its flags.
    const { status } = await client(invocation, "GET", project);
    throw status === 200 ? noFlag(access) : hiddenProject(access);
  }
  if (response.status !== 200) throw unexpectedResponse(system, response, `read flag ${access.flag}`);
  const flag = v.parse(flagShape, response.body);
  const environment = flag.environments[access.environment];
  if (environment) return { flag, environment };
  const listed = await client(invocation, "GET", `${project}/environments/${access.environment}`);
  if (listed.status !== 404) {
    const what = `read flag ${access.flag} in environment ${access.environment}`;
    throw unexpectedResponse(system, listed, what);
  }
  throw notFound(
    "resource",
    `LaunchDarkly project ${access.project} has no environment ${access.environment}; correct the target's setting environment`,
  );
}

/**
 * Makes the changes that a plan finds necessary, in one patch. Returns whether any was, and what there was after it.
 * What was `seen` a moment ago serves the first attempt, unless there seemed to be nothing to do; if LaunchDarkly
 * refuses the patch, it may not fit any more, and we look anew.
 */
export async function changeFlag(
  client: JsonClient,
  access: FlagAccess,
  invocation: Invocation,
  seen: Found | undefined,
  plan: Plan,
): Promise<{ changed: boolean; after: Found | undefined }> {
  let changed = false;
  let after: Found | undefined;
  let known = seen;
  const planFrom = ({ flag, environment }: Found) => plan(flag, environment);
  await untilDone(system, invocation, async () => {
    const early = known === undefined ? [] : planFrom(known);
    known = undefined;
    const isEarly = early.length > 0;
    const instructions = isEarly ? early : planFrom(await getFlag(client, access, invocation));
    if (instructions.length === 0) return true;
    const before = changed;
    changed = true; // Also if the response is lost.
    const comment = auditComment(invocation);
    const body = { comment, environmentKey: access.environment, instructions };
    const response = await client(invocation, "PATCH", flagPath(access), body);
    if (response.status === 409 || (isEarly && response.status === 400)) {
      changed = before;
      return false;
    }
    if (response.status !== 200) throw toSymError(access, response);
    after = shownIn(response, access);
    return true;
  });
  return { changed, after };
}

function shownIn({ body }: JsonResponse, access: FlagAccess): Found | undefined {
  const { success, output } = v.safeParse(flagShape, body);
  const environment = success ? output.environments[access.environment] : undefined;
  return success && environment ? { flag: output, environment } : undefined;
}

/** The error for a change that LaunchDarkly refused. */
function toSymError(access: FlagAccess, response: JsonResponse): SymError {
  const { flag, project, environment } = access;
  if (response.status === 404) return noFlag(access);
  if (response.status === 405)
    return refused(
      `LaunchDarkly wants an approval for changes of flag ${flag} in ${project}/${environment}; ask for one there, or allow bypassRequiredApproval in the role of the token`,
    );
  return unexpectedResponse(system, response, `change flag ${flag} in ${project}/${environment}`);
}

function noFlag({ flag, project }: FlagAccess): SymError {
  return notFound(
    "resource",
    `LaunchDarkly project ${project} has no flag ${flag}; correct the target's setting flag`,
  );
}

function hiddenProject({ project }: FlagAccess): SymError {
  return refused(
    `There is no LaunchDarkly project ${project} that the token can see; correct the target's setting project, or let the token's role view it`,
  );
}
