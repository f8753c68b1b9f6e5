// Change this file first: `resolve` maps a Sym request to a flag, and the requester to a context key of LaunchDarkly.
import { checkToggle, contextKeyOf } from "@sym/flags";
import type { Access, SymRequest } from "@sym/lambda-core";
import { type LaunchDarklySettings, readTarget } from "./settings.ts";

/** Keys. LaunchDarkly never changes a key, but a new resource can get the key of a deleted resource. */
export type Place = { project: string; environment: string; flag: string };
/** A person or a thing for which LaunchDarkly evaluates flags. */
export type Context = { kind: string; key: string };

/**
 * A context's individual target in a flag, or the flag's targeting for everybody. Plain JSON. `resource` is
 * `<project _id>/<environment _id>/<flag key>@<creation date of the flag>`.
 */
export type FlagAccess = Access & Place & { context?: Context };

/** The wish of a request, in the words of its target. `variation` is `on` or `off` in a toggle. */
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
    // All requests for the same flag share a lease: the last request to end restores the flag.
    const names = { subject: "all users", resource: `${name} (${variation} for all users)` };
    return { subject: "everybody", names, place, variation };
  }
  const kind = target.context_kind;
  const key = contextKeyOf(request.requester, target.context_key, domains);
  const subject = `${kind} ${key}`;
  const names = { subject, resource: `${name} (${variation} for ${subject})` };
  return { subject: `${kind}/${key}`, names, place, context: { kind, key }, variation };
}

/** The flag's name in the list `TOGGLE_ALLOWED`. */
export function toggleOf({ project, environment, flag }: Place): string {
  return `${project}/${environment}/${flag}`;
}

export function nameOf({ project, environment, flag }: Place): string {
  return `LaunchDarkly flag ${flag} in ${project}/${environment}`;
}
