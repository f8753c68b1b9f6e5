import type { FunctionEvent, System } from "@sym/stand-ins/target-system";
import { paths, readText } from "@sym/test-payloads/payload-fields";

/** The sandbox of `npm run invoke` has no Unleash: give the function the URL and the token of a running Unleash. */
export const system: System = {
  async seed(sandbox, event) {
    if (sandbox.env.UNLEASH_URL === undefined) return [];
    await sandbox.unleash.flags.create(read(event).flag);
    return [nameOf(event)];
  },

  describe: () => ({}),

  async describeReal(event) {
    return { [nameOf(event)]: "not read; check Unleash" };
  },
};

function read({ payload }: FunctionEvent) {
  const setting = (name: string) => readText(payload, paths.setting(name)) ?? "";
  return { project: setting("project"), environment: setting("environment"), flag: setting("flag") };
}

function nameOf(event: FunctionEvent): string {
  const { project, environment, flag } = read(event);
  return `Unleash flag ${flag} in ${project}/${environment}`;
}
