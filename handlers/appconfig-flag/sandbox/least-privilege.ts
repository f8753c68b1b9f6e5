import { commonScenes, throttled } from "@sym/infra-tests/least-privilege/common-scenes";
import { requestsFor, type Story, type StringSettings } from "@sym/infra-tests/least-privilege/story";
import type { Sandbox } from "@sym/stand-ins/sandbox";

const toggles = ["shop123/prod123/maintenance"];
const place = { application: "shop123", environment: "prod123", profile: "flag123" };
const target = {
  project: "shop123",
  environment: "prod123",
  configuration_profile: "flag123",
  deployment_strategy: "AppConfig.AllAtOnce",
  flag: "maintenance",
};
const switched = requestsFor(target);

/** AppConfig accepts no other deployment during the bake time. */
const baked = ({ appConfig }: Sandbox) => appConfig.finish(place);
const isOn = ({ appConfig }: Sandbox) =>
  appConfig.deploy(place, ({ values }) => Object.assign(values["maintenance"] ?? {}, { enabled: true }));

const otherPlaces: StringSettings[] = [
  { project: "blog123" },
  { environment: "test123" },
  { configuration_profile: "conf123" },
  { deployment_strategy: "AppConfig.Canary10Percent20Minutes" },
];

export const story: Story = {
  handler: "appconfig-flag",
  variable: () => ({
    places: [
      {
        application_id: "shop123",
        environment_id: "prod123",
        configuration_profile_id: "flag123",
        deployment_strategy_id: "AppConfig.AllAtOnce",
      },
    ],
    toggle_allowed: toggles,
  }),
  target,
  environment: () => ({ TOGGLE_ALLOWED: JSON.stringify(toggles) }),
  seed(sandbox) {
    for (const application of ["shop123", "blog123"])
      for (const environment of ["prod123", "test123"])
        for (const profile of ["flag123", "conf123"])
          sandbox.appConfig.createFlags(
            { application, environment, profile },
            { maintenance: { enabled: false } },
          );
    baked(sandbox);
  },
  holds: ({ appConfig }) => appConfig.deployed(place).values["maintenance"]?.["enabled"],
  between: baked,
  scenes: [
    ...commonScenes("AppConfig toggle", switched, isOn, baked),
    throttled("AppConfig toggle", switched, ["GetEnvironment"], baked),
    {
      name: "AppConfig toggle: granted where deployments are listed without their profile",
      async play({ sandbox, act }) {
        sandbox.appConfig.hideProfiles(place);
        await act(switched.first.escalate, "granted");
      },
    },
    {
      name: "AppConfig toggle: granted in a full profile, in the place of old versions",
      async play({ sandbox, act }) {
        const old = "Sym run 7: escalate, 2026-01-01T00:00:00.000Z";
        for (const _ of Array(4).keys()) sandbox.appConfig.draft(place, () => undefined, old);
        sandbox.appConfig.limitVersions(sandbox.appConfig.versions(place).length);
        await act(switched.first.escalate, "granted");
      },
    },
  ],
  neighbours: otherPlaces.map((other) => ({
    name: `another ${Object.keys(other)[0]} of AppConfig`,
    async play({ restart }) {
      const { project, environment, flag } = { ...target, ...other };
      const { refused } = restart({ TOGGLE_ALLOWED: JSON.stringify([`${project}/${environment}/${flag}`]) });
      const { first } = requestsFor({ ...target, ...other });
      await refused(first.escalate, /^This function is not allowed to call appconfig:/);
    },
  })),
};
