// Whether a flag's individual targets have effect in LaunchDarkly.
import type { Caller } from "@sym/http-client";
import type { Effect } from "@sym/lambda-core";
import { type FlagThere, getFlag, targetIndex } from "./launchdarkly-look.ts";
import { type Context, nameOf, type Target } from "./resolve.ts";

/** The effect by the flag alone: an archived flag is an obstacle; for a person, so is targeting that is off. */
export function effectOf({ flag, environment }: FlagThere, target: Target): Effect {
  const name = nameOf(target);
  if (flag.archived)
    return { obstacle: `${name} is archived, so its variations cannot be granted; restore the flag first` };
  // With targeting off, LaunchDarkly ignores individual targets; turning targeting on would affect all users.
  if (target.context && !environment.on)
    return {
      obstacle: `Targeting of ${name} is off, and switching it on would affect all users, not only one; switch targeting on in LaunchDarkly first`,
    };
  return "by-state";
}

/**
 * The effect with all levels of the flag's prerequisites: if a prerequisite fails for certain, LaunchDarkly serves the off
 * variation. A prerequisite that depends on rules or percentages counts as met. Makes a round of calls for each level.
 */
export async function effectWithPrerequisites(
  caller: Caller,
  there: FlagThere,
  target: Target,
): Promise<Effect> {
  const effect = effectOf(there, target);
  if (effect !== "by-state") return effect;
  const looked = new Set([target.flag]);
  let level = there.environment.prerequisites;
  while (level.length > 0) {
    for (const { key } of level) looked.add(key);
    const found = await Promise.all(level.map(({ key }) => getFlag(caller, { ...target, flag: key })));
    for (const [index, { key, variation }] of level.entries()) {
      const problem = problemOf(found[index], variation, target.context);
      if (problem)
        return {
          obstacle: `${nameOf(target)} has the prerequisite ${key}, ${problem}, so LaunchDarkly serves the off variation; correct ${key} in LaunchDarkly first`,
        };
    }
    level = found
      .flatMap((one) => one?.environment.prerequisites ?? [])
      .filter(({ key }) => !looked.has(key));
  }
  return "by-state";
}

/** Why a prerequisite fails; undefined if the prerequisite is met, or may be met. */
function problemOf(there: FlagThere | undefined, needed: number, context?: Context): string | undefined {
  if (!there) return "which does not exist";
  const { flag, environment } = there;
  if (flag.archived) return "which is archived";
  if (!environment.on) return "whose targeting is off";
  if (!context) return undefined;
  const target = targetIndex(environment, context);
  const served = target ?? (environment.rules.length === 0 ? environment.fallthrough.variation : undefined);
  if (served === undefined || served === needed) return undefined;
  return `which does not serve the required variation to ${context.kind} ${context.key}`;
}
