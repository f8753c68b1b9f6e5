// The patch of a flag in one environment.
import { auditComment } from "@sym/flags";
import { type JsonClient, type JsonResponse, unexpectedResponse, untilDone } from "@sym/http-client";
import { type Invocation, refused, type SymError } from "@sym/lambda-core";
import { type FlagThere, flagAfter, flagPath, getFlag, noFlag, system } from "./launchdarkly-look.ts";
import type { Place } from "./resolve.ts";

export type Instruction = { kind: string; [parameter: string]: unknown };

/** `plan`: the instructions from a state, none if there is nothing to do. */
type FlagChange = {
  plan(state: string): Instruction[];
  stateOf(there: FlagThere): string;
  /** Whether the change ends access, so that it must not wait for what somebody plans to change. */
  isEnd: boolean;
};

/**
 * Makes a change in one patch, and returns the flag as the patch left it, or as it was if there was nothing to do. The
 * state that was read a moment ago serves the first attempt, unless there seemed to be nothing to do; if LaunchDarkly
 * refuses the patch, the state may have changed, and is read again.
 */
export async function patchFlag(
  client: JsonClient,
  place: Place,
  read: string,
  { plan, stateOf, isEnd }: FlagChange,
  invocation: Invocation,
): Promise<FlagThere | undefined> {
  // LaunchDarkly refuses a patch that would make a scheduled change or an approval request fail, unless told not to.
  const path = `${flagPath(place)}${isEnd ? "?ignoreConflicts=true" : ""}`;
  let known: string | undefined = read;
  let after: FlagThere | undefined;

  await untilDone(system, invocation, async () => {
    const early = known === undefined ? [] : plan(known);
    known = undefined;
    const isEarly = early.length > 0;
    let instructions = early;
    if (!isEarly) {
      after = await getFlag(client, place, invocation);
      if (!after) throw noFlag(place);
      instructions = plan(stateOf(after));
    }
    if (instructions.length === 0) return true;
    const body = { comment: auditComment(invocation), environmentKey: place.environment, instructions };
    const response = await client(invocation, "PATCH", path, body);
    if (response.status === 409 || (isEarly && response.status === 400)) return false;
    if (response.status !== 200) throw toSymError(place, response);
    after = flagAfter(response, place);
    return true;
  });
  return after;
}

/** The error for a change that LaunchDarkly refused. */
function toSymError(place: Place, response: JsonResponse): SymError {
  const { flag, project, environment } = place;
  if (response.status === 404) return noFlag(place);
  if (response.status === 405)
    return refused(
      `LaunchDarkly wants an approval for changes of flag ${flag} in ${project}/${environment}; ask for one there, or allow bypassRequiredApproval in the role of the token`,
    );
  return unexpectedResponse(system, response, `change flag ${flag} in ${project}/${environment}`);
}
