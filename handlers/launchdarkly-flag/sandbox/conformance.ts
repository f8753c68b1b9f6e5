import type { SandboxSystem } from "@sym/conformance";

/** How the conformance suite sets up and reads LaunchDarkly. */
export const system: SandboxSystem = {
  handler: "launchdarkly-flag",
  settings: {
    project: "shop",
    environment: "production",
    flag: "new-checkout",
    variation: "beta",
  },
  begin: ({ launchDarkly }) =>
    void launchDarkly.createFlag("shop", "new-checkout", { variations: ["beta", "classic"] }),
  addPerson: () => undefined,
  give: ({ launchDarkly }, email) =>
    void launchDarkly.target("shop", "new-checkout", "production", email, "beta"),
  has: ({ launchDarkly }, email) =>
    launchDarkly.targeted("shop", "new-checkout", "production", email) === "beta",
  calls: { look: ["getFeatureFlag"], grant: "patchFeatureFlag", restore: "patchFeatureFlag" },
  unknownResource: { flag: "no-such-flag" },
  notApplicable: {
    renamed: "LaunchDarkly never changes a key",
    "own hand": "no variation is stronger than another",
    "two roles": "no variation is stronger than another",
    "unknown user": "LaunchDarkly keeps no list of people: it takes any key",
    "ambiguous user": "a person is the key that the handler makes of the e-mail",
  },
};
