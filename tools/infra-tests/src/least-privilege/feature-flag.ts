import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { Unleash } from "@sym/stand-ins/unleash";
import { commonScenes, throttled } from "./common-scenes.ts";
import { requestsFor, robin, type Scene, type Settings, type Story } from "./stage.ts";

export const secrets = { launchDarkly: "flags/launchdarkly", unleash: "flags/unleash" };
export const appConfigPlace = {
  application_id: "shop123",
  environment_id: "prod123",
  configuration_profile_id: "flag123",
  deployment_strategy_id: "AppConfig.AllAtOnce",
};
export const toggles = ["shop/production/new-checkout", "shop123/prod123/maintenance"];

const place = { application: "shop123", environment: "prod123", profile: "flag123" };
const launchDarkly = {
  provider: "launchdarkly",
  project: "shop",
  environment: "production",
  flag: "new-checkout",
};
const appConfig = {
  provider: "appconfig",
  mode: "toggle",
  project: "shop123",
  environment: "prod123",
  configuration_profile: "flag123",
  deployment_strategy: "AppConfig.AllAtOnce",
  flag: "maintenance",
};
const beta = requestsFor({ ...launchDarkly, variation: "beta" });
const off = requestsFor({ ...launchDarkly, mode: "toggle", variation: "off" });
const switched = requestsFor(appConfig);

/** AppConfig takes no other deployment while one is baking. */
const baked = (sandbox: Sandbox) => sandbox.appConfig.finish(place);
const isOn = (sandbox: Sandbox) => {
  sandbox.appConfig.deploy(place, ({ values }) =>
    Object.assign(values["maintenance"] ?? {}, { enabled: true }),
  );
};
const seesBeta = (sandbox: Sandbox) =>
  sandbox.launchDarkly.target("shop", "new-checkout", "production", robin, "beta");

/** The story, with Unleash's part only if there is one. */
export function featureFlag(unleash?: Unleash): Story {
  return {
    handler: "feature-flag",
    environment: ({ env }) => ({
      LAUNCHDARKLY_URL: env.LAUNCHDARKLY_URL,
      LAUNCHDARKLY_TOKEN: "", // Else the secret would not be read.
      LAUNCHDARKLY_SECRET: secrets.launchDarkly,
      TOGGLE_ALLOWED: JSON.stringify(toggles),
      UNLEASH_URL: unleash?.url ?? "https://unleash.example.com",
      UNLEASH_SECRET: secrets.unleash,
    }),
    seed({ env, launchDarkly, appConfig, secretsManager }) {
      secretsManager.putSecret(secrets.launchDarkly, env.LAUNCHDARKLY_TOKEN);
      secretsManager.putSecret(secrets.unleash, unleash?.token ?? "none");
      secretsManager.putSecret("somebody/else", "text");
      launchDarkly.createFlag("shop", "new-checkout", { variations: ["beta", "classic"] });
      for (const application of ["shop123", "blog123"])
        for (const environment of ["prod123", "test123"])
          for (const profile of ["flag123", "conf123"])
            appConfig.createFlags({ application, environment, profile }, { maintenance: { enabled: false } });
      baked({ appConfig } as Sandbox);
    },
    scenes: [
      ...commonScenes("LaunchDarkly target", beta, seesBeta),
      throttled("LaunchDarkly target", beta, ["GetSecretValue"]),
      {
        name: "LaunchDarkly toggle: switched, and put back",
        async play({ act }) {
          await act(off.first.escalate, "granted");
          await act(off.first.deescalate, "revoked");
        },
      },
      ...commonScenes("AppConfig toggle", switched, isOn, baked),
      ...(unleash ? unleashScenes(unleash) : []),
    ],
    neighbours: [...neighbourSecrets(), ...neighbourPlaces()],
  };
}

function unleashScenes(unleash: Unleash): Scene[] {
  let flags = 0;
  const inNewFlag = (name: string, more: Settings): Scene => ({
    name,
    async play({ restart }) {
      flags += 1;
      const flag = `flag-${flags}`;
      await unleash.admin("POST", "/projects/default/features", { name: flag, type: "release" });
      const settings = { provider: "unleash", project: "default", environment: "development", flag, ...more };
      const { first } = requestsFor(settings);
      const { act } = restart({ TOGGLE_ALLOWED: JSON.stringify([`default/development/${flag}`]) });
      await act(first.escalate, "granted");
      await act(first.deescalate, "revoked");
    },
  });
  return [
    inNewFlag("Unleash strategy: added for one person, and deleted", {}),
    inNewFlag("Unleash toggle: switched, and put back", { mode: "toggle" }),
  ];
}

function neighbourSecrets(): Scene[] {
  return [
    {
      name: "another secret",
      async play({ restart }) {
        const { refused } = restart({ LAUNCHDARKLY_SECRET: "somebody/else" });
        await refused(
          beta.first.escalate,
          /^This function is not allowed to call secretsmanager:GetSecretValue/,
        );
      },
    },
  ];
}

function neighbourPlaces(): Scene[] {
  const others: Settings[] = [
    { project: "blog123" },
    { environment: "test123" },
    { configuration_profile: "conf123" },
    { deployment_strategy: "AppConfig.Canary10Percent20Minutes" },
  ];
  return others.map((other) => ({
    name: `another ${Object.keys(other)[0]} of AppConfig`,
    async play({ restart }) {
      const { project, environment, flag } = { ...appConfig, ...other };
      const { refused } = restart({ TOGGLE_ALLOWED: JSON.stringify([`${project}/${environment}/${flag}`]) });
      const { first } = requestsFor({ ...appConfig, ...other });
      await refused(first.escalate, /^This function is not allowed to call appconfig:/);
    },
  }));
}
