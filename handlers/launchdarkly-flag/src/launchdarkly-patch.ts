// Patches a flag in an environment.
import { auditComment } from "@sym/flags";
import { type JsonClient, type JsonResponse, unexpectedResponse, untilDone } from "@sym/http-client";
import { type Invocation, refused, type SymError } from "@sym/lambda-core";
import { type FlagThere, flagAfter, flagPath, getFlag, noFlag, system } from "./launchdarkly-look.ts";
import type { Place } from "./resolve.ts";

export type Instruction = { kind: string; [parameter: string]: unknown };

/** `plan`: the instructions that lead from a state to the wanted state; none if the two are equal. */
type FlagChange = {
  plan(state: string): Instruction[];
  stateOf(there: FlagThere): string;
  /** Whether the change ends access: an end must not wait for a change that others have scheduled. */
  isEnd: boolean;
};

/**
 * `after`: the flag after the patch, or the flag as read if no patch was necessary; undefined if the answer to the patch
 * does not show the environment. `overrode`: LaunchDarkly made the change only with `ignoreConflicts`, because the change
 * lets a scheduled change or an approval request fail.
 */
type Patched = { after: FlagThere | undefined; overrode: boolean };

/**
 * Makes a change in a single patch. The first attempt uses the state read just before, unless that state needs no change.
 * If LaunchDarkly refuses the patch, the state may have changed, and the next attempt reads the state again.
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
  // The instructions that LaunchDarkly refused before, as text.
  let refusedBefore = "";
  let overrode = false;

  /** Returns false if the flag may have changed since the read. */
  async function send(instructions: Instruction[], isEarly: boolean): Promise<boolean> {
    const body = { comment: auditComment(invocation), environmentKey: place.environment, instructions };
    // A second refusal of the same instructions means a conflict with a scheduled change or an approval request.
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
      `LaunchDarkly requires an approval for changes of flag ${flag} in ${project}/${environment}; request the approval in LaunchDarkly, or allow bypassRequiredApproval in the token's role`,
    );
  if (response.status === 400 && !isEnd)
    return refused(
      `LaunchDarkly refused to change flag ${flag} in ${project}/${environment}, perhaps because the change would make a scheduled change or an approval request fail; check the flag's pending changes in LaunchDarkly, then try again`,
    );
  return unexpectedResponse(system, response, `change flag ${flag} in ${project}/${environment}`);
}
