// LaunchDarkly's own removal of individual targets at a given time: the only end of access that also works while this
// function, its schedule and Sym are all down.
import { auditComment } from "@sym/flags";
import { type JsonClient, unexpectedResponse, untilDone } from "@sym/http-client";
import { absent, type Change, type Invocation, SymError } from "@sym/lambda-core";
import * as v from "valibot";
import { flagPath, parsed, system } from "./launchdarkly-look.ts";
import type { FlagAccess } from "./resolve.ts";

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
type Instruction = { kind: string; variationId: string; value?: number; version?: number };

export async function getScheduled(
  client: JsonClient,
  place: Pick<FlagAccess, "project" | "environment" | "flag" | "context">,
  invocation: Invocation,
): Promise<Scheduled> {
  const response = await client(invocation, "GET", pathOf(place));
  if (response.status !== 200) throw unexpectedResponse(system, response, whatFor(place));
  const { items } = parsed(listShape, response, whatFor(place));
  const removal = items.find(
    ({ contextKind, contextKey }) => contextKind === place.context?.kind && contextKey === place.context.key,
  );
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

/** Changes the removal as `plan` says. The first attempt uses `seen`, the removal read just before, if given. */
export async function changeRemoval(
  client: JsonClient,
  access: FlagAccess,
  seen: Scheduled | undefined,
  plan: (removal: Removal | undefined) => Instruction[],
  invocation: Invocation,
): Promise<void> {
  const { kind: contextKind, key: contextKey } = access.context ?? {};
  let known = seen;

  await untilDone(system, invocation, async () => {
    const isKnown = known !== undefined;
    const { removal } = known ?? (await getScheduled(client, access, invocation));
    known = undefined;
    const instructions = plan(removal).map((instruction) => ({ ...instruction, contextKind, contextKey }));
    if (instructions.length === 0) return true;
    const body = { comment: auditComment(invocation), instructions };
    const response = await client(invocation, "PATCH", pathOf(access), body);
    if (response.status !== 200) throw unexpectedResponse(system, response, whatFor(access));
    // LaunchDarkly answers 200 also if instructions failed; only this list names the failures.
    if (!parsed(resultShape, response, whatFor(access)).errors?.length) return true;
    if (isKnown) return false; // Another client may have changed the removal since the read.
    throw new SymError(`LaunchDarkly refused to ${whatFor(access)}; look up the reason in LaunchDarkly`, {
      reason: "unavailable",
      retryable: false,
    });
  });
}

function pathOf(place: Pick<FlagAccess, "project" | "environment" | "flag">): string {
  return `${flagPath(place)}/expiring-targets/${place.environment}`;
}

function whatFor({ flag, project, environment }: Pick<FlagAccess, "project" | "environment" | "flag">) {
  return `schedule the end of a target of flag ${flag} in ${project}/${environment}`;
}
