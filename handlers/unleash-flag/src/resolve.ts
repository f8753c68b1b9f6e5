// Change this file first: `resolve` maps a Sym request to a flag, and the requester to a userId of Unleash.
import { checkToggle, contextKeyOf } from "@sym/flags";
import type { Access, SymRequest } from "@sym/lambda-core";
import { readTarget, type UnleashSettings } from "./settings.ts";

/** Names. Unleash never changes a name, but a flag can move to another project. */
export type Place = { project: string; environment: string; flag: string };

/**
 * A person's strategy in a flag, or the flag's switch for everybody. Plain JSON. `resource` is
 * `<environment>/<flag>@<creation date>`: a flag's name is unique in its instance, across projects, and a new flag can get
 * the name of a deleted flag.
 */
export type FlagAccess = Access &
  Place & {
    /** The person, by Unleash's context field userId. Absent in a toggle, which is for everybody. */
    userId?: string;
  };

/** The wish of a request, in the words of its target. */
export type Wish = Pick<Access, "subject" | "names"> & {
  place: Place;
  userId?: string;
  wanted: "targeted" | "on" | "off";
};

/** Reads the wish without asking Unleash. Refuses toggles that the function does not allow. */
export function resolve(request: SymRequest, { toggles, domains }: UnleashSettings): Wish {
  const target = readTarget(request);
  const { project, environment, flag, variation = "on" } = target;
  const place = { project, environment, flag };
  const name = nameOf(place);

  if (target.mode === "toggle") {
    if (request.type === "escalate")
      checkToggle(toggleOf(place), toggles, ", or set the target's mode to target-user");
    // All requests for the same flag share a lease: the last request to end restores the flag.
    const names = { subject: "all users", resource: `${name} (${variation} for all users)` };
    return { subject: "everybody", names, place, wanted: variation };
  }
  const userId = contextKeyOf(request.requester, target.context_key, domains);
  const names = { subject: `user ${userId}`, resource: `${name} (on for user ${userId})` };
  return { subject: `user/${userId}`, names, place, userId, wanted: "targeted" };
}

/** The flag's name in the list `TOGGLE_ALLOWED`. */
export function toggleOf({ project, environment, flag }: Place): string {
  return `${project}/${environment}/${flag}`;
}

export function nameOf({ project, environment, flag }: Place): string {
  return `Unleash flag ${flag} in ${project}/${environment}`;
}
