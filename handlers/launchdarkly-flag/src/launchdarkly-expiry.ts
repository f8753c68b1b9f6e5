// LaunchDarkly's own removal of individual targets at a given time: the only end of access that also works while this
// function, its schedule and Sym are all down.
import { auditComment, type Place } from "@sym/flags";
import { bodyOf, type Caller, untilDone } from "@sym/http-client";
import { absent, type Change, unavailable } from "@sym/lambda-core";
import * as v from "valibot";
import { flagPath } from "./launchdarkly-look.ts";
import type { Instruction } from "./launchdarkly-patch.ts";
import type { Target } from "./resolve.ts";
import { system } from "./settings.ts";

/** Delay after the approved time: the requester keeps the whole approved time, and the revoke normally comes first. */
const graceMs = 5 * 60_000;

const listShape = v.object({
  items: v.array(
    v.object({
      _version: v.number(),
      contextKind: v.string(),
      contextKey: v.string(),
      variationId: v.string(),
      expirationDate: v.number(),
    }),
  ),
});
const resultShape = v.object({
  items: v.array(v.unknown()),
  errors: v.optional(v.nullable(v.array(v.unknown()))),
});

/** The scheduled removal of a context's target. LaunchDarkly keeps at most a single removal for each context. */
export type Removal = v.InferOutput<typeof listShape>["items"][number];
/** `removal` is undefined if LaunchDarkly has no scheduled removal for the context. */
export type Scheduled = { removal: Removal | undefined };

export async function getScheduled({ client, invocation }: Caller, target: Target): Promise<Scheduled> {
  const response = await client(invocation, "GET", pathOf(target));
  const { items } = bodyOf(listShape, response, whatFor(target));
  const { kind, key } = target.context ?? {};
  const removal = items.find(({ contextKind, contextKey }) => contextKind === kind && contextKey === key);
  return { removal };
}

/**
 * The instructions after which the scheduled removal fits a change. If the person has no variation afterwards, the removal
 * is due at the latest end of the requests. Else no removal remains, because LaunchDarkly would not restore the standing
 * variation; only a removal of the standing variation stays, because others have scheduled that removal.
 */
export function planRemoval(
  removal: Removal | undefined,
  { state, until, afterwards }: Change,
): Instruction[] {
  const value = until === null || afterwards !== absent || state === absent ? undefined : until + graceMs;
  if (value === undefined) return removal && removal.variationId !== afterwards ? [remove(removal)] : [];
  if (removal?.variationId === state) {
    if (removal.expirationDate === value) return [];
    return [{ kind: "updateExpiringTarget", variationId: state, value, version: removal._version }];
  }
  // A removal of another variation belongs to a target that no longer exists.
  const add = { kind: "addExpiringTarget", variationId: state, value };
  return removal ? [remove(removal), add] : [add];
}

export function remove({ variationId }: Removal): Instruction {
  return { kind: "removeExpiringTarget", variationId };
}

/**
 * Changes the removal as `plan` says. The first attempt uses `seen`, the removal read just before, if given. Does nothing
 * for a toggle, which has no removal.
 */
export async function changeRemoval(
  caller: Caller,
  target: Target,
  seen: Scheduled | undefined,
  plan: (removal: Removal | undefined) => Instruction[],
): Promise<void> {
  if (!target.context) return;
  const { client, invocation } = caller;
  const { kind: contextKind, key: contextKey } = target.context;
  let known = seen;

  await untilDone(system, invocation, async () => {
    const isKnown = known !== undefined;
    const { removal } = known ?? (await getScheduled(caller, target));
    known = undefined;
    const instructions = plan(removal).map((instruction) => ({ ...instruction, contextKind, contextKey }));
    if (instructions.length === 0) return true;
    const body = { comment: auditComment(invocation), instructions };
    const response = await client(invocation, "PATCH", pathOf(target), body);
    // LaunchDarkly answers 200 also if instructions failed; only this list names the failures.
    if (!bodyOf(resultShape, response, whatFor(target)).errors?.length) return true;
    if (isKnown) return false; // Another client may have changed the removal since the read.
    throw unavailable(`LaunchDarkly refused to ${whatFor(target)}; look up the reason in LaunchDarkly`, {
      retryable: false,
    });
  });
}

function pathOf(place: Place): string {
  return `${flagPath(place)}/expiring-targets/${place.environment}`;
}

function whatFor({ flag, project, environment }: Place): string {
  return `schedule the end of a target of flag ${flag} in ${project}/${environment}`;
}
