import { checkToggle, type Place } from "@sym/flags";
import type { Caller } from "@sym/http-client";
import { type CheckedTarget, refused, throwObstacle } from "@sym/lambda-core";
import { effectOf } from "./launchdarkly-effect.ts";
import { type FlagEnvironment, look } from "./launchdarkly-look.ts";
import { variationOf } from "./launchdarkly-variation.ts";
import { alternative, nameOf } from "./resolve.ts";
import { type LaunchDarklySettings, readTarget } from "./settings.ts";

/** Looks at the flag of a target. Throws if no request could get the flag. */
export async function checkTarget(
  caller: Caller,
  { toggles }: LaunchDarklySettings,
  target: CheckedTarget,
): Promise<string> {
  const { mode, project, environment, flag, variation, ...rest } = readTarget({ target });
  const place = { project, environment, flag };
  if (mode === "toggle") checkToggle(place, toggles, alternative);
  const there = await look(caller, place);
  // Any key: whether targeting has effect is the same for all users.
  const context = "context_kind" in rest ? { kind: rest.context_kind, key: "" } : undefined;
  throwObstacle(effectOf(there, { ...place, ...(context && { context }) }));
  if (context) variationOf(there.flag, variation, place);
  const seen = context ? `has the variation ${variation}` : `is ${there.environment.on ? "on" : "off"} now`;
  const needed = context ? ["updateTargets", "updateExpiringTargets"] : ["updateOn"];
  return `${nameOf(place)} exists and ${seen}; ${permissionOf(place, there.environment, needed)}`;
}

/** What LaunchDarkly tells of the token's role. Actions: LaunchDarkly, "Using actions". */
function permissionOf(place: Place, { _access }: FlagEnvironment, needed: string[]): string {
  const isIn = (list: { action: string }[] = []) =>
    needed.filter((one) => list.some(({ action }) => action === one));
  const [denied] = isIn(_access?.denied);
  if (denied !== undefined)
    throw refused(
      `The token for LaunchDarkly is not allowed to call ${denied} on ${nameOf(place)}; give the token's role that action`,
    );
  if (isIn(_access?.allowed).length === needed.length) return "the role of the token may change the flag";
  return "LaunchDarkly accepts the token, and does not tell whether the token may change the flag";
}
