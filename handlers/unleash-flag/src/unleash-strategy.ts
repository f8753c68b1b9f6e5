// What the strategies of a flag in Unleash mean for one person, and which of them are ours.
import * as v from "valibot";
import type { FlagAccess } from "./resolve.ts";

const constraintShape = v.object({
  contextName: v.string(),
  operator: v.string(),
  values: v.optional(v.array(v.string()), []),
  inverted: v.optional(v.boolean(), false),
});
const strategyShape = v.object({
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
  environments: v.array(v.object({ name: v.string(), ...environmentShape.entries })),
});

export type Strategy = v.InferOutput<typeof strategyShape>;
/** `archived` if the flag is. */
export type Environment = v.InferOutput<typeof featureShape>["environments"][number] & { archived?: true };

/** `targeted` by us, `changed` since then by others, `on` without us, or `absent`. */
export function stateOf(access: FlagAccess, { enabled, strategies }: Environment): string {
  const ours = strategies.filter(({ title }) => title === titleOf(access));
  if (ours.some((strategy) => isIntact(strategy, access))) return "targeted";
  if (ours.length > 0) return "changed";
  return enabled && strategies.some((strategy) => covers(strategy, access)) ? "on" : "absent";
}

const mark = "Sym: ";

/** By which we know our strategy, and people see why it is there. */
export function titleOf({ names }: FlagAccess): string {
  return mark + names.subject;
}

/** A strategy of this handler for a person with an approved request. */
export function isForOnePerson({ title, constraints }: Strategy): boolean {
  return Boolean(title?.startsWith(mark)) && constraints.length === 1 && constraints[0]?.values.length === 1;
}

/** The strategy is ours, and as we made it. */
export function isIntact(strategy: Strategy, access: FlagAccess): boolean {
  return (
    strategy.title === titleOf(access) &&
    isForOnePerson(strategy) === (access.userId !== undefined) &&
    covers(strategy, access)
  );
}

/** Whether a strategy shows the flag to this person, or to everybody, without any doubt. */
function covers(strategy: Strategy, { userId }: FlagAccess): boolean {
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
