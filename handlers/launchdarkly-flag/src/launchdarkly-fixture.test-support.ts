// The flag new-checkout of the project shop, and the people who request its variation on.
import { type FlagFixture, inSandbox, requests, robin } from "./world.test-support.ts";

const target = { project: "shop", environment: "production", flag: "new-checkout", variation: "on" };
export const person = requests(target);
export const place = ["shop", "new-checkout", "production"] as const;
export const flagName = "LaunchDarkly flag new-checkout in shop/production";
export const resource = `${flagName} (on for user ${robin})`;

/** A flag with two variations and targeting on. */
export function withFlag(
  play: (fixture: FlagFixture) => Promise<void>,
  environment: Record<string, string> = {},
  timeoutMilliseconds?: number,
) {
  return inSandbox(
    async (fixture) => {
      fixture.sandbox.launchDarkly.createFlag("shop", "new-checkout");
      await play(fixture);
    },
    environment,
    timeoutMilliseconds,
  );
}

/** The flag without what each change writes: versions and times. */
export function flagOf({ sandbox }: FlagFixture): string {
  const { _version, environments, ...flag } = sandbox.launchDarkly.flag("shop", "new-checkout");
  const lasting = Object.entries(environments).map(([name, { version, lastModified, ...rest }]) => [
    name,
    rest,
  ]);
  return JSON.stringify([flag, lasting, sandbox.launchDarkly.expiring(...place)]);
}

/** The instructions of each successful change. */
export function patches({ sandbox }: FlagFixture) {
  return sandbox.calls
    .filter(({ action, status }) => action === "patchFeatureFlag" && status === 200)
    .map(({ parameters }) => parameters["instructions"]);
}
