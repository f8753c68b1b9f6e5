// Patches a flag in an environment.
import { auditComment, type Place } from "@sym/flags";
import { type Caller, type JsonResponse, unexpectedResponse, untilDone } from "@sym/http-client";
import { absent, type Reading, refused, type State, type SymError } from "@sym/lambda-core";
import { type FlagThere, flagIn, flagPath, getFlag, noFlag, stateOf } from "./launchdarkly-look.ts";
import type { Context, FlagAccess } from "./resolve.ts";
import { system } from "./settings.ts";

/** A step of a semantic patch. */
export type Instruction = { kind: string; [parameter: string]: unknown };

/**
 * `after`: the flag after the patch, or the flag as read if no patch was necessary; undefined if the answer to the patch
 * does not show the environment. `overrode`: LaunchDarkly made the change only with `ignoreConflicts`, because the change
 * lets a scheduled change or an approval request fail.
 */
type Patched = { after: FlagThere | undefined; overrode: boolean };

/**
 * Sets a state in a single patch. The first attempt uses the state read just before, unless that state needs no change.
 * If LaunchDarkly refuses the patch, the state may have changed, and the next attempt reads the state again. `isEnd`: whether
 * the change ends access: an end must not wait for a change that others have scheduled.
 */
export async function patchFlag(
  caller: Caller,
  { access, state: read }: Reading<FlagAccess>,
  wanted: State,
  isEnd: boolean,
): Promise<Patched> {
  const { client, invocation } = caller;
  let known: State | undefined = read;
  let after: FlagThere | undefined;
  // The instructions that LaunchDarkly refused before, as text.
  let refusedBefore = "";
  let overrode = false;

  // An end leaves a state that others have set since the read.
  const plan = (now: State) => (isEnd && now !== read ? [] : instructionsFor(access.context, now, wanted));

  /** Returns false if the flag may have changed since the read. */
  async function send(instructions: Instruction[], isEarly: boolean): Promise<boolean> {
    const body = { comment: auditComment(invocation), environmentKey: access.environment, instructions };
    // A second refusal of the same instructions means a conflict with a scheduled change or an approval request.
    const overrides = isEnd && refusedBefore === JSON.stringify(instructions);
    const path = `${flagPath(access)}${overrides ? "?ignoreConflicts=true" : ""}`;
    const response = await client(invocation, "PATCH", path, body);
    const canBeStale = isEarly || (isEnd && !overrides);
    if (response.status === 409) return false;
    if (response.status === 400 && canBeStale) {
      refusedBefore = JSON.stringify(instructions);
      return false;
    }
    if (response.status !== 200) throw toSymError(access, response, isEnd);
    after = flagIn(response, access, "change");
    overrode ||= overrides;
    return true;
  }

  await untilDone(system, invocation, async () => {
    const early = known === undefined ? [] : plan(known);
    known = undefined;
    if (early.length > 0) return send(early, true);
    after = await getFlag(caller, access);
    if (!after) throw noFlag(access);
    const instructions = plan(stateOf(after, access.context));
    return instructions.length === 0 || send(instructions, false);
  });
  return { after, overrode };
}

/** The instructions that lead from a state to another; none if the two are equal. */
function instructionsFor(context: Context | undefined, from: string, to: string): Instruction[] {
  if (from === to) return [];
  if (!context) return [{ kind: to === "on" ? "turnFlagOn" : "turnFlagOff" }];
  // A single patch moves a context between variations: LaunchDarkly refuses a context in two variations.
  const target = { contextKind: context.kind, values: [context.key] };
  return [
    ...(from === absent ? [] : [{ kind: "removeTargets", variationId: from, ...target }]),
    ...(to === absent ? [] : [{ kind: "addTargets", variationId: to, ...target }]),
  ];
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
  return unexpectedResponse(response, `change flag ${flag} in ${project}/${environment}`);
}
