import type { ConsoleTarget, Thing } from "@sym/console/target";
import type { Sandbox } from "@sym/stand-ins/sandbox";

const place = { project: "default", environment: "development" };
const flagOf = ({ settings }: Thing) => settings["flag"] ?? "";

export const consoleTarget: ConsoleTarget = {
  handler: "unleash-flag",
  system: "Unleash",
  environment: { TOGGLE_ALLOWED: '["default/development/free-delivery"]' },
  sandbox: { unleash: true },
  things: [
    {
      target: "new-search",
      label: "New search, for one person",
      settings: { mode: "target-user", ...place, flag: "new-search" },
      isForAll: false,
    },
    {
      target: "free-delivery",
      label: "Free delivery, for all users",
      settings: { mode: "toggle", ...place, flag: "free-delivery", variation: "on" },
      isForAll: true,
    },
  ],
  async begin({ unleash: { flags } }) {
    for (const thing of consoleTarget.things) {
      await flags.create(flagOf(thing));
      if (thing.isForAll) continue;
      // Unleash shows a flag without strategies to all users as soon as the flag is on.
      await flags.addStrategy(flagOf(thing), ["first.tester@example.com"]);
      await flags.flip(flagOf(thing), "on");
    }
  },
  stateOf: async (sandbox, person, thing) => `flag ${(await isOn(sandbox, person, thing)) ? "on" : "off"}`,
  holds: isOn,
  async set(sandbox, person, thing, holds) {
    if (thing.isForAll) await sandbox.unleash.flags.flip(flagOf(thing), holds ? "on" : "off");
    else if (!holds) await removeStrategies(sandbox, person, thing);
    else if (!(await isOn(sandbox, person, thing)))
      await sandbox.unleash.flags.addStrategy(flagOf(thing), [person]);
  },
  changes: [
    "addFeatureStrategy",
    "deleteFeatureStrategy",
    "toggleFeatureEnvironmentOn",
    "toggleFeatureEnvironmentOff",
  ],
};

function isOn({ unleash }: Sandbox, person: string, thing: Thing): Promise<boolean> {
  return unleash.flags.isOn(flagOf(thing), person);
}

async function removeStrategies({ unleash }: Sandbox, person: string, thing: Thing): Promise<void> {
  const { project, environment } = place;
  const path = `/projects/${project}/features/${flagOf(thing)}/environments/${environment}/strategies`;
  for (const { id, constraints } of await unleash.flags.strategies(flagOf(thing)))
    if (constraints.some(({ values }) => values.includes(person)))
      await unleash.admin("DELETE", `${path}/${id}`);
}
