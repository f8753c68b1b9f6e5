import { createHash } from "node:crypto";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { FunctionEvent, System } from "@sym/stand-ins/target-system";
import { paths, readText } from "@sym/test-payloads/payload-fields";

export const system: System = {
  seed(sandbox, event, { member }) {
    const wish = read(event);
    if (!wish.project || !wish.flag || !wish.environment) return [];
    return seedFlag(sandbox, { ...wish, member });
  },

  describe({ launchDarkly }, event) {
    const { project, environment, flag } = read(event);
    const name = `LaunchDarkly flag ${flag} in ${project}/${environment}`;
    if (!launchDarkly.hasFlag(project, flag)) return { [name]: "does not exist" };
    const { environments, variations } = launchDarkly.flag(project, flag);
    const { on, targets = [], contextTargets = [] } = environments[environment] ?? { on: false };
    const people = [...targets, ...contextTargets].map(
      ({ variation, values }) => `${variations[variation]?.name} for ${values.join(", ")}`,
    );
    return { [name]: [`targeting ${on ? "on" : "off"}`, ...people].join("; ") };
  },

  async describeReal(event) {
    const { project, environment, flag } = read(event);
    return { [`LaunchDarkly flag ${flag} in ${project}/${environment}`]: "not read; check LaunchDarkly" };
  },
};

type Wish = ReturnType<typeof read>;

function read({ payload }: FunctionEvent) {
  const setting = (name: string) => readText(payload, paths.setting(name)) ?? "";
  return {
    mode: setting("mode"),
    project: setting("project"),
    environment: setting("environment"),
    flag: setting("flag"),
    variation: setting("variation"),
    user: userKey(readText(payload, paths.requester) ?? "", setting("context_key") || "{email}"),
  };
}

/** The same key as in the handler's `resolve.ts`, without the rules for domains. */
function userKey(email: string, template: string): string {
  const sha256 = () => createHash("sha256").update(email.toLowerCase()).digest("hex");
  return template
    .replace("{email}", email)
    .replace("{local}", email.replace(/@[^@]*$/, ""))
    .replace("{sha256}", sha256);
}

function seedFlag({ launchDarkly }: Sandbox, wish: Wish & { member: boolean }): string[] {
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
