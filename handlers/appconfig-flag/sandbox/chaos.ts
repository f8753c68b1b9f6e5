import type { ChaosTarget } from "@sym/chaos/target";
import type { Place } from "@sym/stand-ins/appconfig";

/** Each flag has its own environment: AppConfig takes a single deployment at a time in an environment. */
const flags = ["search1", "basket1", "coupon1", "banner1"];
const standing = flags.slice(0, 1);
const people = Array.from({ length: 6 }, (_, index) => `person-${index}@example.com`);

const placeOf = (flag: string): Place => ({ application: "shop123", environment: flag, profile: flag });

export const target: ChaosTarget = {
  handler: "appconfig-flag",
  environment: { TOGGLE_ALLOWED: JSON.stringify(flags.map((flag) => `shop123/${flag}/${flag}`)) },
  // A toggle applies to all users: either all requesters have the flag, or none has.
  pairs: flags.flatMap((thing) =>
    people.map((person) => ({ person, thing, standing: standing.includes(thing) })),
  ),
  begin({ appConfig }) {
    appConfig.createStrategy("now0000", { duration: 0, bake: 0 });
    appConfig.limitVersions(20);
    for (const flag of flags)
      appConfig.createFlags(placeOf(flag), { [flag]: { enabled: standing.includes(flag) } });
  },
  settings: ({ thing }) => ({
    project: "shop123",
    environment: thing,
    configuration_profile: thing,
    deployment_strategy: "now0000",
    flag: thing,
  }),
  holds: ({ appConfig }, { thing }) => appConfig.deployed(placeOf(thing)).values[thing]?.["enabled"] === true,
  removals: ({ calls }, { thing }) =>
    calls.filter(
      ({ action, parameters }) =>
        action === "CreateHostedConfigurationVersion" && isOff(parameters["body"], thing),
    ).length,
  // Versions become old enough for the function to delete them: each flag has a profile, and the lease a lock.
  tidy({ appConfig }) {
    for (const flag of flags) appConfig.passTime(placeOf(flag), 60 * 60_000);
  },
  faults: {
    actions: ["ListDeployments", "CreateHostedConfigurationVersion", "StartDeployment"],
    kinds: ["throttle", "internal-error", "answer-lost", "answer-lost", "reset", "access-denied"],
  },
};

function isOff(content: unknown, flag: string): boolean {
  return JSON.parse(String(content)).values[flag]?.enabled === false;
}
