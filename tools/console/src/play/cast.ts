import { type Person, personOf, readRules, type TargetRules } from "@sym/flow";
import type { ConsoleTarget, Thing } from "../target.ts";

/** The people of the console. Each may ask for everything, and approve for the others. */
export const people: Person[] = ["robin", "sam", "alex", "kim"].map(
  (name) => personOf(`${name}@example.com`) as Person,
);

/** The name of a person in sentences, such as `Robin`. */
export function nameOf(person: string): string {
  const [name = person] = person.split("@");
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

export function functionArnOf({ handler }: Pick<ConsoleTarget, "handler">): string {
  return `arn:aws:lambda:us-east-1:123456789012:function:sym-${handler}`;
}

/** The rules of a thing, as infra/flow would write them. */
export function rulesOf(target: ConsoleTarget, thing: Thing): TargetRules {
  return readRules(
    JSON.stringify({
      target: thing.target,
      label: thing.label,
      function_arn: functionArnOf(target),
      settings: thing.settings,
      may_ask: { people },
      may_approve: { people },
      durations: ["10m", "30m", "1h", "4h"],
      longest: "4h",
      decide_within: "8h",
      break_glass: {
        may_ask: { people },
        longest: "30m",
        reason: { ticket: { pattern: "INC-\\d+", example: "INC-7: the importer is down" } },
        message: `The glass of ${thing.label} is broken.`,
      },
    }),
  );
}
