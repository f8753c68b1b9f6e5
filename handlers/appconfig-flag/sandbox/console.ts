import type { ConsoleTarget, Thing } from "@sym/console/target";
import type { Place } from "@sym/stand-ins/appconfig";
import type { Sandbox } from "@sym/stand-ins/sandbox";

const application = "shop123";
/** A deployment without a duration and a bake time, so that each switch has its effect at once. */
const strategy = "atonce1";

export const consoleTarget: ConsoleTarget = {
  handler: "appconfig-flag",
  system: "AppConfig",
  environment: { TOGGLE_ALLOWED: '["shop123/pages12/maintenance","shop123/orders1/express-orders"]' },
  // AppConfig takes a single deployment at a time in an environment, so each flag has its own.
  things: [
    {
      target: "maintenance",
      label: "Maintenance page, for all users",
      settings: settingsOf("maintenance", "pages12"),
      isForAll: true,
    },
    {
      target: "express-orders",
      label: "Express orders, for all users",
      settings: settingsOf("express-orders", "orders1"),
      isForAll: true,
    },
  ],
  begin({ appConfig }) {
    appConfig.createStrategy(strategy, { duration: 0, bake: 0 });
    for (const thing of consoleTarget.things)
      appConfig.createFlags(placeOf(thing), { [flagOf(thing)]: { enabled: false } });
  },
  stateOf: (sandbox, _person, thing) => `flag ${isOn(sandbox, thing) ? "on" : "off"}`,
  holds: (sandbox, _person, thing) => isOn(sandbox, thing),
  set(sandbox, _person, thing, holds) {
    if (holds === isOn(sandbox, thing)) return;
    const change = { [flagOf(thing)]: { enabled: holds } };
    sandbox.appConfig.deploy(placeOf(thing), ({ values }) => Object.assign(values, change), strategy);
  },
  changes: ["StartDeployment"],
};

function settingsOf(flag: string, environment: string): Thing["settings"] {
  return {
    project: application,
    environment,
    configuration_profile: environment,
    deployment_strategy: strategy,
    flag,
    variation: "on",
  };
}

function flagOf({ settings }: Thing): string {
  return settings["flag"] ?? "";
}

function placeOf({ settings: { environment = "" } }: Thing): Place {
  return { application, environment, profile: environment };
}

function isOn({ appConfig }: Sandbox, thing: Thing): boolean {
  appConfig.finish(placeOf(thing)); // A deployment goes on whether or not the function lives.
  return appConfig.deployed(placeOf(thing)).values[flagOf(thing)]?.["enabled"] === true;
}
