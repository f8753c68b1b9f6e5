// Whether the strategies of a flag in Unleash show the flag to a person, and which strategies are ours.
import type { Place } from "@sym/flags";
import { absent, type Effect, type State } from "@sym/lambda-core";
import * as v from "valibot";
import { nameOf, type Whom } from "./resolve.ts";

const constraintShape = v.object({
  contextName: v.string(),
  operator: v.string(),
  values: v.optional(v.array(v.string()), []),
  inverted: v.optional(v.boolean(), false),
});
export const strategyShape = v.object({
  id: v.string(),
  name: v.string(),
  title: v.nullish(v.string(), ""),
  disabled: v.nullish(v.boolean(), false),
  constraints: v.optional(v.array(constraintShape), []),
  segments: v.optional(v.array(v.unknown()), []),
  parameters: v.optional(v.record(v.string(), v.unknown()), {}),
});
export const environmentShape = v.object({ enabled: v.boolean(), strategies: v.array(strategyShape) });
export const featureShape = v.object({
  createdAt: v.string(),
  environments: v.array(v.object({ name: v.string(), ...environmentShape.entries })),
  dependencies: v.optional(
    v.array(v.object({ feature: v.string(), enabled: v.optional(v.boolean(), true) })),
    [],
  ),
});

export type Strategy = v.InferOutput<typeof strategyShape>;
export type FlagEnvironment = v.InferOutput<typeof environmentShape>;
/** A flag in an environment. Unleash's answer about an archived flag lacks the creation date. */
export type FlagThere = FlagEnvironment & { dependencies: { feature: string; enabled: boolean }[] } & (
    | { archived: false; createdAt: string }
    | { archived: true }
  );

/**
 * For all users `on` or `off`. For a person `targeted`, if our strategy is unchanged and in force; `changed`, if others
 * have changed our strategy, which then belongs to others; else `absent`.
 */
export function stateOf({ enabled, strategies }: FlagEnvironment, whom: Whom): State {
  if (whom.userId === undefined) return enabled ? "on" : "off";
  const ours = strategies.filter(({ title }) => title === titleOf(whom));
  if (ours.some((strategy) => isIntact(strategy, whom))) return enabled ? "targeted" : absent;
  return ours.length > 0 ? "changed" : absent;
}

/**
 * For a person, an environment that is off is an obstacle if others have strategies: turning the environment on would
 * activate these.
 */
export function effectOf(there: FlagThere, whom: Whom & Place): Effect {
  const { enabled, strategies, archived } = there;
  if (archived) return { obstacle: archivedSentence(whom) };
  if (whom.userId === undefined) return "by-state";
  if (enabled) return isOnAnyway(there, whom) ? "anyway" : "by-state";
  if (strategies.every((strategy) => strategy.disabled || isForOnePerson(strategy))) return "by-state";
  return {
    obstacle: `${nameOf(whom)} is off, and switching it on for one user would also activate its other strategies; switch the flag on in Unleash first`,
  };
}

export function archivedSentence(place: Place): string {
  return `${nameOf(place)} is archived, so it cannot be granted; revive the flag first`;
}

/** Whether the flag is on for the person without our strategy. */
export function isOnAnyway({ enabled, strategies }: FlagEnvironment, whom: Whom): boolean {
  return enabled && strategies.some((strategy) => covers(strategy, whom) && !isIntact(strategy, whom));
}

/** Whether the flag is certainly on for this person, or for all users. */
export function isOnFor({ enabled, strategies }: FlagEnvironment, whom: Whom): boolean {
  return enabled && strategies.some((strategy) => covers(strategy, whom));
}

const mark = "Sym: ";

/** The title identifies our strategy, and tells administrators the strategy's reason. */
export function titleOf({ names }: Whom): string {
  return mark + names.subject;
}

/** A strategy of this handler for a person with an approved request. */
function isForOnePerson({ title, constraints }: Strategy): boolean {
  return Boolean(title?.startsWith(mark)) && constraints.length === 1 && constraints[0]?.values.length === 1;
}

/** Whether the strategy is ours and unchanged. */
export function isIntact(strategy: Strategy, whom: Whom): boolean {
  return (
    strategy.title === titleOf(whom) &&
    isForOnePerson(strategy) === (whom.userId !== undefined) &&
    covers(strategy, whom)
  );
}

/** Whether the strategy certainly shows the flag to this person, or to all users. */
function covers(strategy: Strategy, { userId }: Whom): boolean {
  const { name, disabled, segments, constraints, parameters } = strategy;
  const forAll =
    name === "default" || (name === "flexibleRollout" && String(parameters["rollout"]) === "100");
  const fits = constraints.every(
    ({ contextName, operator, inverted, values }) =>
      userId !== undefined &&
      contextName === "userId" &&
      operator === "IN" &&
      !inverted &&
      values.includes(userId),
  );
  return forAll && fits && !disabled && segments.length === 0;
}
