// Change this file first: `resolve` maps a Sym request to a flag, and the requester to a context key of LaunchDarkly.
import { contextKeyOf, forAllUsers, type Place } from "@sym/flags";
import type { Access, SymRequest } from "@sym/lambda-core";
import { type LaunchDarklySettings, readTarget } from "./settings.ts";

/** A person or a thing for which LaunchDarkly evaluates flags. */
export type Context = { kind: string; key: string };

/** A context's individual target in a flag; without `context`, the flag's targeting for all users. */
export type Target = Place & { context?: Context };

/**
 * Plain JSON. LaunchDarkly never changes a key, but a new resource can get the key of a deleted resource. So `resource` is
 * `<project _id>/<environment _id>/<flag key>@<creation date of the flag>`.
 */
export type FlagAccess = Access & Target;

/** The access without the ids that LaunchDarkly knows. */
type Asked = Omit<FlagAccess, "host" | "resource">;

/** The other remedy for a target that switches a flag for all users. */
export const alternative = ", or set the target's mode to target-user";

/**
 * Reads the wish of a request without asking LaunchDarkly. `variation` is `on` or `off` in a toggle. Refuses toggles that the
 * function does not allow.
 */
export function resolve(
  request: SymRequest,
  { toggles, domains }: LaunchDarklySettings,
): { asked: Asked; variation: string } {
  const target = readTarget(request);
  const { project, environment, flag, variation } = target;
  const place = { project, environment, flag };
  const name = nameOf(place);
  if (target.mode === "toggle") {
    const asked = { ...place, ...forAllUsers(request, { place, name, variation }, toggles, alternative) };
    return { asked, variation };
  }
  const kind = target.context_kind;
  const key = contextKeyOf(request.requester, target.context_key, domains);
  const subject = `${kind} ${key}`;
  const names = { subject, resource: `${name} (${variation} for ${subject})` };
  return { asked: { ...place, context: { kind, key }, subject: `${kind}/${key}`, names }, variation };
}

export function nameOf({ project, environment, flag }: Place): string {
  return `LaunchDarkly flag ${flag} in ${project}/${environment}`;
}
