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
 * The flag as a patch left it, or as it was if there was nothing to do. `overrode`: LaunchDarkly had refused the change, which
 * lets a scheduled change or an approval request fail, until it was told to make it all the same.
 */
type Patched = { after: FlagThere | undefined; overrode: boolean };

/**
 * Makes a change in one patch. The state that was read a moment ago serves the first attempt, unless there seemed to be
 * nothing to do; if LaunchDarkly refuses the patch, the state may have changed, and is read again.
 */
export async function patchFlag(
  client: JsonClient,
  place: Place,
  read: string,
  { plan, stateOf, isEnd }: FlagChange,
  invocation: Invocation,
): Promise<Patched> {
  let known: string | undefined = read;
  let after: FlagThere | undefined;
  // The patch that LaunchDarkly refused before, as text.
  let refusedBefore = "";
  let overrode = false;

  /** Returns false if the patch may not fit the flag any more. */
  async function send(instructions: Instruction[], isEarly: boolean): Promise<boolean> {
    const body = { comment: auditComment(invocation), environmentKey: place.environment, instructions };
    // If it is refused again with nothing changed since, a scheduled change or an approval request is in its way.
    const overrides = isEnd && refusedBefore === JSON.stringify(instructions);
    const path = `${flagPath(place)}${overrides ? "?ignoreConflicts=true" : ""}`;
    const response = await client(invocation, "PATCH", path, body);
    const canBeStale = isEarly || (isEnd && !overrides);
    if (response.status === 409) return false;
    if (response.status === 400 && canBeStale) {
      refusedBefore = JSON.stringify(instructions);
      return false;
    }
    if (response.status !== 200) throw toSymError(place, response, isEnd);
    after = flagAfter(response, place);
    overrode ||= overrides;
    return true;
  }

  await untilDone(system, invocation, async () => {
    const early = known === undefined ? [] : plan(known);
    known = undefined;
    if (early.length > 0) return send(early, true);
    after = await getFlag(client, place, invocation);
    if (!after) throw noFlag(place);
    const instructions = plan(stateOf(after));
    return instructions.length === 0 || send(instructions, false);
  });
  return { after, overrode };
}

/** The error for a change that LaunchDarkly refused. */
function toSymError(place: Place, response: JsonResponse, isEnd: boolean): SymError {
  const { flag, project, environment } = place;
  if (response.status === 404) return noFlag(place);
  if (response.status === 405)
    return refused(
      `LaunchDarkly wants an approval for changes of flag ${flag} in ${project}/${environment}; ask for one there, or allow bypassRequiredApproval in the role of the token`,
    );
  if (response.status === 400 && !isEnd)
    return refused(
      `LaunchDarkly refused to change flag ${flag} in ${project}/${environment}, perhaps because that would make a scheduled change or an approval request fail; look at what is pending for the flag there, then ask again`,
    );
  return unexpectedResponse(system, response, `change flag ${flag} in ${project}/${environment}`);
}
