import type { ConsoleTarget, Thing } from "@sym/console/target";
import type { Sandbox } from "@sym/stand-ins/sandbox";

const project = "shop";
const environment = "production";
const flagOf = ({ settings }: Thing) => settings["flag"] ?? "";

export const consoleTarget: ConsoleTarget = {
  handler: "launchdarkly-flag",
  system: "LaunchDarkly",
  environment: { TOGGLE_ALLOWED: '["shop/production/winter-sale"]' },
  things: [
    {
      target: "new-checkout",
      label: "New checkout, for one person",
      settings: { mode: "target-user", project, environment, flag: "new-checkout", variation: "on" },
      isForAll: false,
    },
    {
      target: "winter-sale",
      label: "Winter sale, for all users",
      settings: { mode: "toggle", project, environment, flag: "winter-sale", variation: "on" },
      isForAll: true,
    },
  ],
  begin(sandbox) {
    for (const thing of consoleTarget.things) {
      sandbox.launchDarkly.createFlag(project, flagOf(thing), { environments: [environment] });
      if (thing.isForAll) switchTargeting(sandbox, thing, false);
    }
  },
  stateOf(sandbox, person, thing) {
    const state = holds(sandbox, person, thing) ? "on" : "off";
    return thing.isForAll ? `targeting ${state}` : `flag ${state}`;
  },
  holds,
  set(sandbox, person, thing, isOn) {
    if (thing.isForAll) switchTargeting(sandbox, thing, isOn);
    else sandbox.launchDarkly.target(project, flagOf(thing), environment, person, isOn ? "on" : undefined);
  },
  changes: ["patchFeatureFlag"],
};

function holds({ launchDarkly }: Sandbox, person: string, thing: Thing): boolean {
  if (thing.isForAll) return launchDarkly.flag(project, flagOf(thing)).environments[environment]?.on === true;
  return launchDarkly.targeted(project, flagOf(thing), environment, person) === "on";
}

function switchTargeting({ launchDarkly }: Sandbox, thing: Thing, isOn: boolean): void {
  launchDarkly.edit(project, flagOf(thing), environment, (edited) => {
    edited.on = isOn;
  });
}
