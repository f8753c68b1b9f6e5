// The requests to LaunchDarkly that are about a flag as a whole.
import type { SymError } from "@sym/lambda-core";
import * as v from "valibot";
import type { Call } from "./feature-flag.ts";
import { type Answer, noResource, type Rest, refusal, refused, untilDone } from "./feature-flag-rest.ts";
import { flagPath, system } from "./launchdarkly-expiry.ts";
import type { FlagAccess } from "./resolve.ts";

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

export async function getFlag(rest: Rest, access: FlagAccess, call: Call): Promise<Found> {
  const path = `${flagPath(access)}?env=${access.environment}`;
  const project = `/api/v2/projects/${access.project}`;
  const answer = await rest(call, "GET", path);
  if (answer.status === 404) {
    // Who sees a project sees its flags.
    const seen = await rest(call, "GET", project);
    throw seen.status === 200 ? noFlag(access) : hiddenProject(access);
  }
  if (answer.status !== 200) throw refusal(system, answer, `read flag ${access.flag}`);
  const flag = v.parse(flagShape, answer.body);
  const environment = flag.environments[access.environment];
  if (environment) return { flag, environment };
  const listed = await rest(call, "GET", `${project}/environments/${access.environment}`);
  if (listed.status !== 404)
    throw refusal(system, listed, `read flag ${access.flag} in environment ${access.environment}`);
  throw noResource(
    `LaunchDarkly project ${access.project} has no environment ${access.environment}; correct the target's setting environment`,
  );
}

/**
 * Makes the changes that a plan finds necessary, in one patch. Returns whether any was, and what there was after it.
 * What was `seen` a moment ago serves the first attempt, unless there seemed to be nothing to do; if LaunchDarkly
 * refuses the patch, it may not fit any more, and we look anew.
 */
export async function changeFlag(
  rest: Rest,
  access: FlagAccess,
  call: Call,
  seen: Found | undefined,
  plan: Plan,
): Promise<{ changed: boolean; after: Found | undefined }> {
  let changed = false;
  let after: Found | undefined;
  let known = seen;
  const planFrom = ({ flag, environment }: Found) => plan(flag, environment);
  await untilDone(system, call, async () => {
    const early = known === undefined ? [] : planFrom(known);
    known = undefined;
    const isEarly = early.length > 0;
    const instructions = isEarly ? early : planFrom(await getFlag(rest, access, call));
    if (instructions.length === 0) return true;
    const before = changed;
    changed = true; // Also if the answer is lost.
    const body = { comment: call.comment, environmentKey: access.environment, instructions };
    const answer = await rest(call, "PATCH", flagPath(access), body);
    if (answer.status === 409 || (isEarly && answer.status === 400)) {
      changed = before;
      return false;
    }
    if (answer.status !== 200) throw refusedChange(access, answer);
    after = shownIn(answer, access);
    return true;
  });
  return { changed, after };
}

function shownIn({ body }: Answer, access: FlagAccess): Found | undefined {
  const { success, output } = v.safeParse(flagShape, body);
  const environment = success ? output.environments[access.environment] : undefined;
  return success && environment ? { flag: output, environment } : undefined;
}

function refusedChange(access: FlagAccess, answer: Answer): SymError {
  const { flag, project, environment } = access;
  if (answer.status === 404) return noFlag(access);
  if (answer.status === 405)
    return refused(
      `LaunchDarkly wants an approval for changes of flag ${flag} in ${project}/${environment}; ask for one there, or allow bypassRequiredApproval in the role of the token`,
    );
  return refusal(system, answer, `change flag ${flag} in ${project}/${environment}`);
}

function noFlag({ flag, project }: FlagAccess): SymError {
  return noResource(`LaunchDarkly project ${project} has no flag ${flag}; correct the target's setting flag`);
}

function hiddenProject({ project }: FlagAccess): SymError {
  return refused(
    `There is no LaunchDarkly project ${project} that the token can see; correct the target's setting project, or let the token's role view it`,
  );
}
