import { type FlagFixture, inSandbox, requests } from "./world.test-support.ts";

/** The place of the flags, and a target's settings for the flag maintenance. */
export const where = { application: "shop123", environment: "prod123", profile: "flag123" };
export const person = requests({
  project: "shop123",
  environment: "prod123",
  configuration_profile: "flag123",
  deployment_strategy: "now0000",
  flag: "maintenance",
});
export const name = "AppConfig flag maintenance in shop123/prod123 (on for all users)";

/** Deploys the flags maintenance and checkout, both off, and adds a strategy without a duration. */
export function withFlags(
  play: (fixture: FlagFixture) => Promise<void>,
  timeoutMilliseconds = 8_000,
  environment: Record<string, string> = {},
) {
  return inSandbox(
    async (fixture) => {
      const { appConfig } = fixture.sandbox;
      appConfig.createStrategy("now0000", { duration: 0, bake: 0 });
      appConfig.createFlags(where, {
        maintenance: { text: "Back soon", enabled: false, retry: 30 },
        checkout: { enabled: false },
      });
      await play(fixture);
    },
    { TOGGLE_ALLOWED: '["shop123/prod123/maintenance","shop123/prod123/checkout"]', ...environment },
    timeoutMilliseconds,
  );
}

export function values({ sandbox }: FlagFixture) {
  return sandbox.appConfig.deployed(where).values;
}

/** The deployed document, without AppConfig's own times. */
export function documentOf({ sandbox }: FlagFixture): string {
  const { flags, values } = sandbox.appConfig.deployed(where);
  const lasting = Object.entries(values).map(([flag, { _createdAt, _updatedAt, ...value }]) => [flag, value]);
  return JSON.stringify({ flags, lasting });
}
