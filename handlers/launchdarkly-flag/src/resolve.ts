// Change this file first: it maps Sym's words onto yours. Which flag is meant, and under which key does LaunchDarkly
// know the requester?
import { checkToggle, contextKeyOf } from "@sym/flags";
import type { Access, SymRequest } from "@sym/lambda-core";
import { type LaunchDarklySettings, readTarget } from "./settings.ts";

/** Keys, which LaunchDarkly never changes; but it can give the key of what was deleted to something new. */
export type Place = { project: string; environment: string; flag: string };
/** A person or a thing that flags are evaluated for. */
export type Context = { kind: string; key: string };

/**
 * One context's individual target in a flag, or the flag's targeting for everybody. Plain JSON. `resource` is
 * `<project _id>/<environment _id>/<flag key>@<creation date of the flag>`.
 */
export type FlagAccess = Access & Place & { context?: Context };

/** What a request asks for, in the words of its target. `variation` is `on` or `off` in a toggle. */
export type Wish = Pick<Access, "subject" | "names"> & {
  place: Place;
  context?: Context;
  variation: string;
};

/** Reads the wish without asking LaunchDarkly. Refuses toggles that the function does not allow. */
export function resolve(request: SymRequest, { toggles, domains }: LaunchDarklySettings): Wish {
  const target = readTarget(request);
  const { project, environment, flag, variation } = target;
  const place = { project, environment, flag };
  const name = nameOf(place);

  if (target.mode === "toggle") {
    if (request.type === "escalate")
      checkToggle(toggleOf(place), toggles, ", or set the target's mode to target-user");
    // One lease for all who switch the same flag: the last of them to end puts it back.
    const names = { subject: "everybody", resource: `${name} (${variation} for everybody)` };
    return { subject: "everybody", names, place, variation };
  }
  const kind = target.context_kind;
  const key = contextKeyOf(request.requester, target.context_key, domains);
  const subject = `${kind} ${key}`;
  const names = { subject, resource: `${name} (${variation} for ${subject})` };
  return { subject: `${kind}/${key}`, names, place, context: { kind, key }, variation };
}

/** As `TOGGLE_ALLOWED` lists it. */
export function toggleOf({ project, environment, flag }: Place): string {
  return `${project}/${environment}/${flag}`;
}

export function nameOf({ project, environment, flag }: Place): string {
  return `LaunchDarkly flag ${flag} in ${project}/${environment}`;
}
