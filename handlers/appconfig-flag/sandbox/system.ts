import type { Place } from "@sym/stand-ins/appconfig";
import type { FunctionEvent, System } from "@sym/stand-ins/target-system";
import { paths, readText } from "@sym/test-payloads/payload-fields";

export const system: System = {
  seed({ appConfig }, event) {
    const { place, flag, variation, strategy } = read(event);
    if (Object.values(place).includes("") || flag === "") return [];
    // A strategy that AWS does not predefine ends at once.
    if (strategy && !strategy.startsWith("AppConfig."))
      appConfig.createStrategy(strategy, { duration: 0, bake: 0 });
    if (appConfig.hasPlace(place)) {
      appConfig.finish(place); // Between two commands, time passes.
      return [];
    }
    appConfig.createFlags(place, { [flag]: { enabled: variation === "off" } });
    return [`AppConfig flag ${flag}`];
  },

  describe({ appConfig }, event) {
    const { place, flag } = read(event);
    const name = nameOf(event);
    const value = appConfig.hasPlace(place) ? appConfig.deployed(place).values[flag] : undefined;
    if (value === undefined) return { [name]: "does not exist" };
    const { _createdAt, _updatedAt, enabled, ...attributes } = value;
    const words = Object.entries(attributes).map(([key, one]) => `${key} ${JSON.stringify(one)}`);
    return { [name]: [enabled ? "on" : "off", ...words].join("; ") };
  },

  async describeReal(event) {
    return { [nameOf(event)]: "not read; check AWS" };
  },
};

function read({ payload }: FunctionEvent) {
  const setting = (name: string) => readText(payload, paths.setting(name)) ?? "";
  const place: Place = {
    application: setting("project"),
    environment: setting("environment"),
    profile: setting("configuration_profile"),
  };
  const strategy = setting("deployment_strategy");
  return { place, strategy, flag: setting("flag"), variation: setting("variation") };
}

function nameOf(event: FunctionEvent): string {
  const { place, flag } = read(event);
  return `AppConfig flag ${flag} in ${place.application}/${place.environment}`;
}
