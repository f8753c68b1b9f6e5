import type { SandboxSystem } from "@sym/conformance";

const place = { application: "shop123", environment: "prod123", profile: "flag123" };

/** How the conformance suite sets up and reads AppConfig. */
export const system: SandboxSystem = {
  handler: "appconfig-flag",
  settings: {
    project: "shop123",
    environment: "prod123",
    configuration_profile: "flag123",
    deployment_strategy: "now0000",
    flag: "maintenance",
  },
  environment: { TOGGLE_ALLOWED: '["shop123/prod123/maintenance","shop123/prod123/no-such-flag"]' },
  isForEverybody: true,
  begin({ appConfig }) {
    appConfig.createStrategy("now0000", { duration: 0, bake: 0 });
    appConfig.createFlags(place, { maintenance: { enabled: false } });
  },
  addPerson: () => undefined,
  give({ appConfig }) {
    appConfig.deploy(place, ({ values }) => Object.assign(values["maintenance"] ?? {}, { enabled: true }));
    appConfig.finish(place);
  },
  has({ appConfig }) {
    appConfig.finish(place); // A deployment goes on whether or not the function lives.
    return appConfig.deployed(place).values["maintenance"]?.["enabled"] === true;
  },
  pending: { settings: { deployment_strategy: "AppConfig.Canary10Percent20Minutes" } },
  calls: { look: ["ListDeployments"], grant: "StartDeployment", restore: "StartDeployment" },
  unknownResource: { flag: "no-such-flag" },
  notApplicable: {
    renamed: "a flag keeps its key, and all else is named by ids",
    "unknown user": "AppConfig knows no people",
    "ambiguous user": "AppConfig knows no people",
  },
};
