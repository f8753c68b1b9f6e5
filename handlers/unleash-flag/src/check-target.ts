import { checkToggle } from "@sym/flags";
import type { JsonClient } from "@sym/http-client";
import { type CheckedTarget, type Invocation, throwObstacle } from "@sym/lambda-core";
import { alternative, nameOf, toggleOf } from "./resolve.ts";
import { readTarget, type UnleashSettings } from "./settings.ts";
import { getFlag } from "./unleash-requests.ts";
import { effectOf } from "./unleash-strategy.ts";

/** Looks at the flag of a target. Throws if no request could get the flag. */
export async function checkTarget(
  client: JsonClient,
  { toggles }: UnleashSettings,
  target: CheckedTarget,
  invocation: Invocation,
): Promise<string> {
  const { mode, project, environment, flag } = readTarget({ target });
  const place = { project, environment, flag };
  if (mode === "toggle") checkToggle(toggleOf(place), toggles, alternative);
  const there = await getFlag(client, place, invocation);
  // Any person: an obstacle of the flag is the same for everybody.
  const whom = { subject: "everybody", ...(mode !== "toggle" && { userId: "" }) };
  throwObstacle(effectOf(there, whom, place));
  return `${nameOf(place)} exists and is ${there.enabled ? "on" : "off"} now; Unleash accepts the token, and does not tell whether it may change the flag`;
}
