import { type ChaosTarget, everyPair } from "@sym/chaos/target";

const flags = ["search", "checkout", "basket", "wishlist"];

export const target: ChaosTarget = {
  handler: "launchdarkly-flag",
  environment: {},
  pairs: everyPair(12, flags),
  begin({ launchDarkly }, pairs) {
    for (const flag of flags) launchDarkly.createFlag("shop", flag);
    for (const { person, thing, standing } of pairs)
      if (standing) launchDarkly.target("shop", thing, "production", person, "on");
  },
  settings: ({ thing }) => ({
    project: "shop",
    environment: "production",
    flag: thing,
    variation: "on",
  }),
  holds: ({ launchDarkly }, { person, thing }) =>
    launchDarkly.targeted("shop", thing, "production", person) === "on",
  removals: ({ calls }, { person, thing }) =>
    calls.filter(
      ({ action, parameters }) =>
        action === "patchFeatureFlag" &&
        parameters["flag"] === thing &&
        takesAway(parameters["instructions"], person),
    ).length,
  faults: {
    actions: ["getFeatureFlag", "patchFeatureFlag", "getExpiringContextTargets", "patchExpiringTargets"],
    kinds: ["throttle", "internal-error", "answer-lost", "answer-lost", "reset", "access-denied"],
  },
};

type Instruction = { kind: string; values?: string[] };

function takesAway(instructions: unknown, person: string): boolean {
  return (instructions as Instruction[]).some(
    ({ kind, values }) => kind === "removeTargets" && values?.includes(person),
  );
}
