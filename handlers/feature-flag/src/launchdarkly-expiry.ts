// LaunchDarkly's own removal of individual targets at a given time: the one end of access that also comes when this
// function, its schedule and Sym are all down.
import * as v from "valibot";
import type { Call } from "./feature-flag.ts";
import { type Rest, refusal, unavailable, untilDone } from "./feature-flag-rest.ts";
import type { FlagAccess } from "./resolve.ts";

export const system = "LaunchDarkly";
/** In milliseconds after the approved time, so that nobody loses a minute of it, and the revoke is normally first. */
const slack = 5 * 60 * 1_000;

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
const resultShape = v.object({ errors: v.optional(v.nullable(v.array(v.unknown()))) });

type Scheduled = v.InferOutput<typeof listShape>["items"][number];
/** `found` is undefined if nothing is scheduled. */
export type Listed = { found: Scheduled | undefined };
type Instruction = { kind: string; value?: number; version?: number };

export function flagPath({ project, flag }: FlagAccess): string {
  return `/api/v2/flags/${project}/${flag}`;
}

/**
 * Schedules the removal of the person's target for the end of the call's run, if `fresh` is true; else moves a removal
 * that is scheduled for one of the runs before, as far as this one needs. A run without an end lets nothing expire.
 */
export async function schedule(
  rest: Rest,
  access: FlagAccess,
  call: Call,
  fresh: boolean,
  seen?: Listed,
): Promise<void> {
  const value = call.end === undefined ? undefined : call.end + slack;
  await change(rest, access, call, seen, (existing) => {
    if (value === undefined) return existing && { kind: "removeExpiringTarget" };
    if (existing === undefined) return fresh ? { kind: "addExpiringTarget", value } : undefined;
    if (existing.expirationDate >= value) return undefined;
    return { kind: "updateExpiringTarget", value, version: existing._version };
  });
}

export async function unschedule(rest: Rest, access: FlagAccess, call: Call, seen?: Listed): Promise<void> {
  await change(rest, access, call, seen, (existing) => existing && { kind: "removeExpiringTarget" });
}

/** Which removal of the person's target is scheduled. */
export async function listScheduled(rest: Rest, access: FlagAccess, call: Call): Promise<Listed> {
  const { context, variationId } = access;
  const listed = await rest(call, "GET", pathOf(access));
  if (listed.status !== 200) throw refusal(system, listed, whatFor(access));
  const found = v
    .parse(listShape, listed.body)
    .items.find(
      (one) =>
        one.contextKind === context?.kind &&
        one.contextKey === context.key &&
        one.variationId === variationId,
    );
  return { found };
}

function pathOf(access: FlagAccess): string {
  return `${flagPath(access)}/expiring-targets/${access.environment}`;
}

function whatFor({ flag, project, environment }: FlagAccess): string {
  return `schedule the end of a target of flag ${flag} in ${project}/${environment}`;
}

async function change(
  rest: Rest,
  access: FlagAccess,
  call: Call,
  seen: Listed | undefined,
  plan: (existing: Scheduled | undefined) => Instruction | undefined,
): Promise<void> {
  const { kind: contextKind, key: contextKey } = access.context ?? {};
  const { variationId } = access;
  let known = seen;

  await untilDone(system, call, async () => {
    const isKnown = known !== undefined;
    const { found } = known ?? (await listScheduled(rest, access, call));
    known = undefined;
    const instruction = plan(found);
    if (instruction === undefined) return true;
    const instructions = [{ ...instruction, contextKind, contextKey, variationId }];
    const answer = await rest(call, "PATCH", pathOf(access), { comment: call.comment, instructions });
    if (answer.status === 409) return false;
    if (answer.status !== 200) throw refusal(system, answer, whatFor(access));
    // What could not be done is answered with 200, and only this list tells.
    if (!v.parse(resultShape, answer.body).errors?.length) return true;
    if (isKnown) return false; // It may not have fitted what is there by now.
    throw unavailable(`LaunchDarkly refused to ${whatFor(access)}; look for the reason there`);
  });
}
