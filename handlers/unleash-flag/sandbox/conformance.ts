import type { SandboxSystem } from "@sym/conformance";

const flag = "new-checkout";

/** How the conformance suite sets up and reads Unleash: the real server, behind a proxy with injected faults. */
export const system: SandboxSystem = {
  handler: "unleash-flag",
  settings: { project: "default", environment: "development", flag },
  sandbox: { unleash: true },
  // The flag is already on for another user, so that the new strategy alone gives the access.
  async begin({ unleash }) {
    await unleash.flags.create(flag);
    await unleash.flags.addStrategy(flag, ["another.user@example.com"]);
    await unleash.flags.flip(flag, "on");
  },
  addPerson: () => undefined,
  give: async ({ unleash }, email) => void (await unleash.flags.addStrategy(flag, [email])),
  has: ({ unleash }, email) => unleash.flags.isOn(flag, email),
  calls: { look: ["getFeature"], grant: "addFeatureStrategy", restore: "deleteFeatureStrategy" },
  unknownResource: { flag: "no-such-flag" },
  notApplicable: {
    renamed: "Unleash never renames a flag",
    "unknown user": "Unleash keeps no list of people: it takes any key",
    "ambiguous user": "a person is the key that the handler makes of the e-mail",
  },
};
