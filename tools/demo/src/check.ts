import type { Call } from "@sym/stand-ins/kernel/call";
import type { Holdings } from "@sym/stand-ins/target-system";
import type { Expectation } from "./story.ts";

export type SeenAnswer = { outcome: string; message: string; errors: string[] };

/** The answers and calls of a scene, and the target system before and after. */
export type PlayedScene = { before: Holdings; answers: SeenAnswer[]; after: Holdings; calls: Call[] };

/** Outcomes that must reach Sym as errors; Sym treats an answer without errors as a success. */
const unsuccessful = ["refused", "failed"];

/** The differences between a scene and its expectation, a phrase each. */
export function differences(seen: PlayedScene, expected: Expectation): string[] {
  const outcomes = seen.answers.map((answer) => answer.outcome);
  return [
    ...differs("the outcome", outcomes.join(", "), expected.outcomes.join(", ")),
    ...Object.entries(expected.holds).flatMap(([what, value]) =>
      differs(what, seen.after[what] ?? "not known", value),
    ),
    ...callDifferences(seen.calls, expected.calls),
    ...unsaid(seen, expected.says),
    ...seen.answers.flatMap(silentFailure),
  ];
}

function differs(what: string, seen: string, expected: string): string[] {
  return seen === expected ? [] : [`${what} is ${seen || "nothing"}, and should be ${expected || "nothing"}`];
}

function callDifferences(calls: Call[], expected: Expectation["calls"]): string[] {
  if (expected === "none") return differs("the number of calls", String(calls.length), "0");
  return Object.entries(expected ?? {}).flatMap(([action, times]) => {
    const seen = calls.filter((call) => call.action === action).length;
    return differs(`the number of calls of ${action}`, String(seen), String(times));
  });
}

function unsaid({ answers }: PlayedScene, phrase: string | undefined): string[] {
  const last = answers.at(-1);
  const texts = last === undefined ? [] : [last.message, ...last.errors];
  if (phrase === undefined || (texts.length > 0 && texts.every((text) => text.includes(phrase)))) return [];
  return [`the answer does not say "${phrase}"`];
}

function silentFailure({ outcome, errors }: SeenAnswer): string[] {
  if (outcome === "no answer" || unsuccessful.includes(outcome) === errors.length > 0) return [];
  return [`the answer has ${errors.length > 0 ? "errors" : "no errors"} although the outcome is ${outcome}`];
}
