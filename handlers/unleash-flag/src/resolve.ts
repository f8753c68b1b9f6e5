// Change this file first: `resolve` maps a Sym request to a flag, and the requester to a userId of Unleash.
import { contextKeyOf, forAllUsers, type Place } from "@sym/flags";
import type { Access, SymRequest } from "@sym/lambda-core";
import { readTarget, type UnleashSettings } from "./settings.ts";

/**
 * A person's strategy in a flag, or the flag for all users in an environment. Plain JSON. Unleash never changes a name, but
 * a flag can move to another project. So `resource` is `<environment>/<flag>@<creation date>`: a flag's name is unique in
 * its instance, across projects, and a new flag can get the name of a deleted flag.
 */
export type FlagAccess = Access &
  Place & {
    /** The person, by Unleash's context field userId. Absent in a toggle, which applies to all users. */
    userId?: string;
  };

/** A person, by `userId`; all users, without `userId`. */
export type Whom = Pick<FlagAccess, "userId" | "names">;

/** The other remedy for a target that switches a flag for all users. */
export const alternative = ", or set the target's mode to target-user";

/** The access without the ids that Unleash knows. */
type Asked = Omit<FlagAccess, "host" | "resource">;

/** Reads the wish of a request without asking Unleash. Refuses toggles that the function does not allow. */
export function resolve(
  request: SymRequest,
  { toggles, domains }: UnleashSettings,
): { asked: Asked; wanted: "targeted" | "on" | "off" } {
  const target = readTarget(request);
  const { project, environment, flag, variation = "on" } = target;
  const place = { project, environment, flag };
  const name = nameOf(place);
  if (target.mode === "toggle") {
    const asked = { ...place, ...forAllUsers(request, { place, name, variation }, toggles, alternative) };
    return { asked, wanted: variation };
  }
  const userId = contextKeyOf(request.requester, target.context_key, domains);
  const names = { subject: `user ${userId}`, resource: `${name} (on for user ${userId})` };
  return { asked: { ...place, userId, subject: `user/${userId}`, names }, wanted: "targeted" };
}

export function nameOf({ project, environment, flag }: Place): string {
  return `Unleash flag ${flag} in ${project}/${environment}`;
}
