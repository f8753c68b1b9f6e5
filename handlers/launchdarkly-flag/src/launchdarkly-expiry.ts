// LaunchDarkly's own removal of individual targets at a given time: the one end of access that also comes when this
// function, its schedule and Sym are all down.
import { auditComment } from "@sym/flags";
import { type JsonClient, unexpectedResponse, untilDone } from "@sym/http-client";
import { type Invocation, SymError } from "@sym/lambda-core";
import * as v from "valibot";
import { flagPath, system } from "./launchdarkly-requests.ts";
import type { FlagAccess } from "./resolve.ts";

/** After the approved time, so that nobody loses a minute of it, and the revoke is normally first. */
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
const resultShape = v.object({ errors: v.optional(v.nullable(v.array(v.unknown()))) });

type Removal = v.InferOutput<typeof listShape>["items"][number];
/** The removal of the person's target, undefined if none is scheduled. */
export type Scheduled = { removal: Removal | undefined };
type Instruction = { kind: string; value?: number; version?: number };

/**
 * Schedules the removal of the person's target for the end of the invocation's run, if `isOurs`; else moves a removal
 * that is scheduled for one of the runs before, as far as this run needs. A run without an end lets nothing expire.
 */
export async function schedule(
  client: JsonClient,
  access: FlagAccess,
  invocation: Invocation,
  isOurs: boolean,
  seen?: Scheduled,
): Promise<void> {
  const { duration } = invocation.request ?? {};
  const value = duration === undefined ? undefined : Date.now() + duration * 1_000 + graceMs;
  await change(client, access, invocation, seen, (removal) => {
    if (value === undefined) return removal && { kind: "removeExpiringTarget" };
    if (removal === undefined) return isOurs ? { kind: "addExpiringTarget", value } : undefined;
    if (removal.expirationDate >= value) return undefined;
    return { kind: "updateExpiringTarget", value, version: removal._version };
  });
}

export async function unschedule(
  client: JsonClient,
  access: FlagAccess,
  invocation: Invocation,
  seen?: Scheduled,
): Promise<void> {
  await change(client, access, invocation, seen, (removal) => removal && { kind: "removeExpiringTarget" });
}

export async function getScheduled(
  client: JsonClient,
  access: FlagAccess,
  invocation: Invocation,
): Promise<Scheduled> {
  const { context, variationId } = access;
  const response = await client(invocation, "GET", pathOf(access));
  if (response.status !== 200) throw unexpectedResponse(system, response, whatFor(access));
  const { items } = v.parse(listShape, response.body);
  const removal = items.find(
    (one) =>
      one.contextKind === context?.kind && one.contextKey === context.key && one.variationId === variationId,
  );
  return { removal };
}

function pathOf(access: FlagAccess): string {
  return `${flagPath(access)}/expiring-targets/${access.environment}`;
}

function whatFor({ flag, project, environment }: FlagAccess): string {
  return `schedule the end of a target of flag ${flag} in ${project}/${environment}`;
}

/** Changes the removal as `plan` says. What was `seen` a moment ago serves the first attempt. */
async function change(
  client: JsonClient,
  access: FlagAccess,
  invocation: Invocation,
  seen: Scheduled | undefined,
  plan: (removal: Removal | undefined) => Instruction | undefined,
): Promise<void> {
  const { kind: contextKind, key: contextKey } = access.context ?? {};
  const { variationId } = access;
  let known = seen;

  await untilDone(system, invocation, async () => {
    const isKnown = known !== undefined;
    const { removal } = known ?? (await getScheduled(client, access, invocation));
    known = undefined;
    const instruction = plan(removal);
    if (instruction === undefined) return true;
    const instructions = [{ ...instruction, contextKind, contextKey, variationId }];
    const body = { comment: auditComment(invocation), instructions };
    const response = await client(invocation, "PATCH", pathOf(access), body);
    if (response.status === 409) return false;
    if (response.status !== 200) throw unexpectedResponse(system, response, whatFor(access));
    // LaunchDarkly answers 200 also for what it did not do, and only this list tells.
    if (!v.parse(resultShape, response.body).errors?.length) return true;
    if (isKnown) return false; // The instruction may not fit the removal that is there by now.
    throw new SymError(`LaunchDarkly refused to ${whatFor(access)}; look for the reason there`, {
      reason: "unavailable",
      retryable: false,
    });
  });
}
