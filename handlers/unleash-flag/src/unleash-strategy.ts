// What the strategies of a flag in Unleash mean for one person, and which of them are ours.
import { absent, type Effect, type State } from "@sym/lambda-core";
import * as v from "valibot";
import { type FlagAccess, nameOf } from "./resolve.ts";

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
/** A flag in one environment. Of an archived flag, which Unleash hardly shows, `createdAt` is not known. */
export type FlagThere = FlagEnvironment & {
  archived: boolean;
  createdAt: string | undefined;
  dependencies: { feature: string; enabled: boolean }[];
};
/** One person, by `userId`, or everybody. `subject` is the name for sentences. */
export type Whom = { userId?: string; subject: string };

/**
 * `on` or `off` for everybody. For a person `targeted`, if our strategy is in force as we made it; `changed`, if others have
 * changed it, so that it is theirs; else `absent`.
 */
export function stateOf({ enabled, strategies }: FlagEnvironment, whom: Whom): State {
  if (whom.userId === undefined) return enabled ? "on" : "off";
  const ours = strategies.filter(({ title }) => title === titleOf(whom));
  if (ours.some((strategy) => isIntact(strategy, whom))) return enabled ? "targeted" : absent;
  return ours.length > 0 ? "changed" : absent;
}

/** Switching an environment on for one person brings all of its strategies to life, not only ours. */
export function effectOf(there: FlagThere, whom: Whom, place: Parameters<typeof nameOf>[0]): Effect {
  const { enabled, strategies, archived } = there;
  const name = nameOf(place);
  if (archived) return { obstacle: `${name} is archived, so nobody can be given it; revive it first` };
  if (whom.userId === undefined) return "by-state";
  if (enabled) return isOnAnyway(there, whom) ? "anyway" : "by-state";
  if (strategies.every((strategy) => strategy.disabled || isForOnePerson(strategy))) return "by-state";
  return {
    obstacle: `${name} is off, and switching it on for one person would bring its other strategies to life, too; switch it on there first`,
  };
}

/** Whether the flag is on for the person without our strategy. */
export function isOnAnyway({ enabled, strategies }: FlagEnvironment, whom: Whom): boolean {
  return enabled && strategies.some((strategy) => covers(strategy, whom) && !isIntact(strategy, whom));
}

/** Whether the flag is on for this person, or for everybody, without any doubt. */
export function isOnFor({ enabled, strategies }: FlagEnvironment, whom: Whom): boolean {
  return enabled && strategies.some((strategy) => covers(strategy, whom));
}

const mark = "Sym: ";

/** By which we know our strategy, and people see why it is there. */
export function titleOf({ subject }: Whom): string {
  return mark + subject;
}

export function whomOf({ userId, names }: Pick<FlagAccess, "userId" | "names">): Whom {
  return { subject: names.subject, ...(userId !== undefined && { userId }) };
}

/** A strategy of this handler for a person with an approved request. */
function isForOnePerson({ title, constraints }: Strategy): boolean {
  return Boolean(title?.startsWith(mark)) && constraints.length === 1 && constraints[0]?.values.length === 1;
}

/** The strategy is ours, and as we made it. */
export function isIntact(strategy: Strategy, whom: Whom): boolean {
  return (
    strategy.title === titleOf(whom) &&
    isForOnePerson(strategy) === (whom.userId !== undefined) &&
    covers(strategy, whom)
  );
}

/** Whether a strategy shows the flag to this person, or to everybody, without any doubt. */
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
