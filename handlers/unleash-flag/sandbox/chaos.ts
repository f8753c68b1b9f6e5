import { type ChaosTarget, everyPair } from "@sym/chaos/target";

const flags = ["search", "checkout", "basket", "wishlist"];

/** By `person on flag`: the strategy that gives the person standing access. */
const standing = new Map<string, string>();

export const target: ChaosTarget = {
  handler: "unleash-flag",
  environment: {},
  sandbox: { unleash: true },
  pairs: everyPair(12, flags),
  async begin({ unleash }, pairs) {
    for (const flag of flags) await unleash.flags.create(flag);
    for (const { person, thing, standing: isStanding } of pairs)
      if (isStanding) {
        const { id } = await unleash.flags.addStrategy(thing, [person]);
        standing.set(`${person} on ${thing}`, id);
      }
    for (const flag of flags) await unleash.flags.flip(flag, "on");
  },
  settings: ({ thing }) => ({ project: "default", environment: "development", flag: thing }),
  holds: ({ unleash }, { person, thing }) => unleash.flags.isOn(thing, person),
  removals: ({ calls }, { person, thing }) =>
    calls.filter(
      ({ action, parameters }) =>
        (action === "deleteFeatureStrategy" &&
          parameters["strategy"] === standing.get(`${person} on ${thing}`)) ||
        (action === "toggleFeatureEnvironmentOff" && parameters["feature"] === thing),
    ).length,
  faults: {
    actions: ["getFeature", "addFeatureStrategy", "deleteFeatureStrategy"],
    kinds: ["throttle", "internal-error", "answer-lost", "answer-lost", "reset", "access-denied"],
  },
};
