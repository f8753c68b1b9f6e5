// LaunchDarkly's own removal of individual targets at a given time: the one end of access that also comes when this
// function, its schedule and Sym are all down.
import * as v from "valibot";
import type { Call } from "./feature-flag.ts";
import { type Rest, refusal, unavailable, untilDone } from "./feature-flag-rest.ts";
import type { FlagAccess } from "./resolve.ts";

const system = "LaunchDarkly";
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
type Instruction = { kind: string; value?: number; version?: number };

export function flagPath({ project, flag }: FlagAccess): string {
  return `/api/v2/flags/${project}/${flag}`;
}

/**
 * Schedules the removal of the person's target for the end of the call's run, if `fresh` is true; else moves a removal
 * that is scheduled for one of the runs before, as far as this one needs. A run without an end lets nothing expire.
 */
export async function schedule(rest: Rest, access: FlagAccess, call: Call, fresh: boolean): Promise<void> {
  const value = call.end === undefined ? undefined : call.end + slack;
  await change(rest, access, call, (existing) => {
    if (value === undefined) return existing && { kind: "removeExpiringTarget" };
    if (existing === undefined) return fresh ? { kind: "addExpiringTarget", value } : undefined;
    if (existing.expirationDate >= value) return undefined;
    return { kind: "updateExpiringTarget", value, version: existing._version };
  });
}

export async function unschedule(rest: Rest, access: FlagAccess, call: Call): Promise<void> {
  await change(rest, access, call, (existing) => existing && { kind: "removeExpiringTarget" });
}

async function change(
  rest: Rest,
  access: FlagAccess,
  call: Call,
  plan: (existing: Scheduled | undefined) => Instruction | undefined,
): Promise<void> {
  const path = `${flagPath(access)}/expiring-targets/${access.environment}`;
  const what = `schedule the end of a target of flag ${access.flag} in ${access.project}/${access.environment}`;
  const { kind: contextKind, key: contextKey } = access.context ?? {};
  const { variationId } = access;

  await untilDone(system, call, async () => {
    const listed = await rest(call, "GET", path);
    if (listed.status !== 200) throw refusal(system, listed, what);
    const existing = v
      .parse(listShape, listed.body)
      .items.find(
        (one) =>
          one.contextKind === contextKind && one.contextKey === contextKey && one.variationId === variationId,
      );
    const instruction = plan(existing);
    if (instruction === undefined) return true;
    const instructions = [{ ...instruction, contextKind, contextKey, variationId }];
    const answer = await rest(call, "PATCH", path, { comment: call.comment, instructions });
    if (answer.status === 409) return false;
    if (answer.status !== 200) throw refusal(system, answer, what);
    // What could not be done is answered with 200, and only this list tells.
    if (v.parse(resultShape, answer.body).errors?.length)
      throw unavailable(`LaunchDarkly refused to ${what}; look for the reason there`);
    return true;
  });
}
