import { checkToggle } from "@sym/flags";
import type { Caller } from "@sym/http-client";
import { type CheckedTarget, throwObstacle } from "@sym/lambda-core";
import { alternative, nameOf } from "./resolve.ts";
import { readTarget, type UnleashSettings } from "./settings.ts";
import { getFlag } from "./unleash-requests.ts";
import { effectOf } from "./unleash-strategy.ts";

/** Looks at the flag of a target. Throws if no request could get the flag. */
export async function checkTarget(
  caller: Caller,
  { toggles }: UnleashSettings,
  target: CheckedTarget,
): Promise<string> {
  const { mode, project, environment, flag } = readTarget({ target });
  const place = { project, environment, flag };
  if (mode === "toggle") checkToggle(place, toggles, alternative);
  const there = await getFlag(caller, place);
  // Any person: an obstacle of the flag is the same for all users.
  const names = { subject: "all users", resource: nameOf(place) };
  throwObstacle(effectOf(there, { ...place, names, ...(mode !== "toggle" && { userId: "" }) }));
  return `${nameOf(place)} exists and is ${there.enabled ? "on" : "off"} now; Unleash accepts the token, and does not tell whether the token may change the flag`;
}
