import { type Flag, type FlagEnvironment, refuse } from "./state.ts";

export type Person = { contextKind: string; key: string };

/** The index of the variation with which the person is individually targeted. */
export function targetOf(environment: FlagEnvironment, { contextKind, key }: Person): number | undefined {
  return listOf(environment, contextKind).find(
    (target) => target.contextKind === contextKind && target.values.includes(key),
  )?.variation;
}

/** Adds keys to a variation. LaunchDarkly refuses one key in two variations. */
export function addTargets(
  environment: FlagEnvironment,
  variation: number,
  contextKind: string,
  keys: string[],
) {
  for (const key of keys) {
    const now = targetOf(environment, { contextKind, key });
    // LaunchDarkly does not document whether a targeted key can be added again, so no caller should rely on a second addition.
    if (now !== undefined)
      refuse(400, "invalid_request", `${contextKind} ${key} is in variation ${now} already`);
  }
  const list = listOf(environment, contextKind);
  const target = list.find((one) => one.variation === variation && one.contextKind === contextKind);
  if (target) target.values.push(...keys);
  else list.push({ contextKind, values: [...keys], variation });
}

/** Removes keys from a variation, and an empty list with its last key. Ignores keys without a target. */
export function removeTargets(
  environment: FlagEnvironment,
  variation: number,
  contextKind: string,
  keys: string[],
) {
  const name = contextKind === "user" ? "targets" : "contextTargets";
  environment[name] = environment[name]
    .map((target) =>
      target.variation === variation && target.contextKind === contextKind
        ? { ...target, values: target.values.filter((key) => !keys.includes(key)) }
        : target,
    )
    .filter(({ values }) => values.length > 0);
}

export function variationIndex({ variations }: Flag, id: unknown): number {
  const index = variations.findIndex(({ _id }) => _id === id);
  if (index < 0) refuse(400, "invalid_request", `variation ${id} does not exist`);
  return index;
}

export function touch(flag: Flag, environment: FlagEnvironment): void {
  flag._version += 1;
  environment.version += 1;
  environment.lastModified = Date.now();
}

function listOf(environment: FlagEnvironment, contextKind: string) {
  return contextKind === "user" ? environment.targets : environment.contextTargets;
}
