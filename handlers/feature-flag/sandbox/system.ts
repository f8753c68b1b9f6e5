import { createHash } from "node:crypto";
import type { Place } from "@sym/stand-ins/appconfig";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { FunctionEvent, Holdings, System } from "@sym/stand-ins/target-system";
import { paths, readText } from "@sym/test-payloads/payload-fields";

/** Flags of LaunchDarkly and AppConfig. Unleash is no part of the sandbox: it needs a server of its own. */
export const system: System = {
  seed(sandbox, event, { member }) {
    const wish = read(event);
    if (wish.provider === "appconfig") return seedAppConfig(sandbox, wish);
    if (wish.provider !== "launchdarkly" || !wish.project || !wish.flag || !wish.environment) return [];
    return seedLaunchDarkly(sandbox, { ...wish, member });
  },

  describe(sandbox, event) {
    const wish = read(event);
    if (wish.provider === "appconfig") return describeAppConfig(sandbox, wish);
    if (wish.provider !== "launchdarkly") return {};
    return describeLaunchDarkly(sandbox, wish);
  },

  async describeReal(event) {
    const { provider, project, environment, flag } = read(event);
    return { [`${provider} flag ${flag} in ${project}/${environment}`]: "not read: look there" };
  },
};

type Wish = ReturnType<typeof read>;

function read({ payload }: FunctionEvent) {
  const setting = (name: string) => readText(payload, paths.setting(name)) ?? "";
  return {
    provider: setting("provider"),
    mode: setting("mode"),
    project: setting("project"),
    environment: setting("environment"),
    flag: setting("flag"),
    variation: setting("variation"),
    profile: setting("configuration_profile"),
    user: userKey(readText(payload, paths.requester) ?? "", setting("context_key") || "{email}"),
  };
}

/** As the handler's `resolve.ts` makes it, without its rules. */
function userKey(email: string, template: string): string {
  const sha256 = () => createHash("sha256").update(email.toLowerCase()).digest("hex");
  return template
    .replace("{email}", email)
    .replace("{local}", email.replace(/@[^@]*$/, ""))
    .replace("{sha256}", sha256);
}

function seedLaunchDarkly({ launchDarkly }: Sandbox, wish: Wish & { member: boolean }): string[] {
  const { project, environment, flag, mode, variation, user, member } = wish;
  const done: string[] = [];
  if (!launchDarkly.hasFlag(project, flag)) {
    const known = ["on", "off", "true", "false", ""];
    const variations = known.includes(variation) ? ["on", "off"] : [variation, "the usual"];
    launchDarkly.createFlag(project, flag, { variations, environments: [environment] });
    if (mode === "toggle")
      launchDarkly.edit(project, flag, environment, (one) => {
        one.on = variation === "off";
      });
    done.push(`LaunchDarkly flag ${flag}`);
  }
  if (member && mode !== "toggle" && !launchDarkly.targeted(project, flag, environment, user)) {
    launchDarkly.target(project, flag, environment, user, variation);
    done.push("the individual target");
  }
  return done;
}

function describeLaunchDarkly({ launchDarkly }: Sandbox, { project, environment, flag }: Wish): Holdings {
  const name = `LaunchDarkly flag ${flag} in ${project}/${environment}`;
  if (!launchDarkly.hasFlag(project, flag)) return { [name]: "does not exist" };
  const { environments, variations } = launchDarkly.flag(project, flag);
  const { on, targets = [], contextTargets = [] } = environments[environment] ?? { on: false };
  const people = [...targets, ...contextTargets].map(
    ({ variation, values }) => `${variations[variation]?.name} for ${values.join(", ")}`,
  );
  return { [name]: [`targeting ${on ? "on" : "off"}`, ...people].join("; ") };
}

function placeOf({ project: application, environment, profile }: Wish): Place {
  return { application, environment, profile };
}

function seedAppConfig({ appConfig }: Sandbox, wish: Wish): string[] {
  const place = placeOf(wish);
  if (Object.values(place).includes("") || wish.flag === "") return [];
  if (appConfig.hasPlace(place)) {
    appConfig.finish(place); // Between two commands, time passes.
    return [];
  }
  appConfig.createFlags(place, { [wish.flag]: { enabled: wish.variation === "off" } });
  return [`AppConfig flag ${wish.flag}`];
}

function describeAppConfig({ appConfig }: Sandbox, wish: Wish): Holdings {
  const name = `AppConfig flag ${wish.flag} in ${wish.project}/${wish.environment}`;
  if (!appConfig.hasPlace(placeOf(wish))) return { [name]: "does not exist" };
  const value = appConfig.deployed(placeOf(wish)).values[wish.flag];
  if (value === undefined) return { [name]: "does not exist" };
  const { _createdAt, _updatedAt, enabled, ...attributes } = value;
  const words = Object.entries(attributes).map(([key, one]) => `${key} ${JSON.stringify(one)}`);
  return { [name]: [enabled ? "on" : "off", ...words].join("; ") };
}
