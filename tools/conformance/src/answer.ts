import { expectThat } from "./broken.ts";
import type { HandlerReply } from "./door.ts";

/** Every outcome that an answer may report. */
const outcomes = [
  "granted",
  "already-had-access",
  "pending",
  "revoked",
  "lowered",
  "kept-standing",
  "kept-for-other-request",
  "nothing-to-revoke",
  "refused",
  "failed",
] as const;

/** Every outcome that the answer to a plan may report. */
const planOutcomes = [
  "would-grant",
  "would-be-pending",
  "held-by-other-requests",
  "already-granted",
  "already-standing",
  "would-be-refused",
  "failed",
] as const;

/** An answer in the shape that Sym reads. */
export type Answer = { body: { message: string; outcome: string }; errors: string[] };

/** Reads the answer of a reply. Throws `Broken` with the error in its shape. */
export function readAnswer(reply: HandlerReply): Answer {
  return readWith(outcomes, reply);
}

/** Reads the answer to a plan. */
export function readPlan(reply: HandlerReply): Answer {
  return readWith(planOutcomes, reply);
}

function readWith(known: readonly unknown[], { answer, failure }: HandlerReply): Answer {
  expectThat(failure === undefined, `the handler gave no answer: ${failure}`);
  const { body, errors } = (answer ?? {}) as Record<string, unknown>;
  expectThat(isObject(body), `the answer's body is not an object: ${preview(answer)}`);
  expectThat(Array.isArray(errors), `the answer has no list of errors: ${preview(answer)}`);
  for (const error of errors) {
    expectThat(typeof error === "string", `an error is not a text: ${preview(error)}`);
    expectThat(error.trim() !== "" && !/[\r\n]/.test(error), `an error is not a sentence: ${preview(error)}`);
  }
  const { message, outcome } = body;
  expectThat(typeof message === "string" && message !== "", `body.message is ${preview(message)}`);
  expectThat(known.includes(outcome), `body.outcome is ${preview(outcome)}, an unknown outcome`);
  const isFailure = outcome === "refused" || outcome === "failed";
  expectThat(
    isFailure === errors.length > 0,
    `the outcome is ${preview(outcome)}, but the answer has ${errors.length} errors`,
  );
  return { body: { message, outcome: outcome as string }, errors };
}

/** `granted`, or `refused: <the first error>`. */
export function describe({ body, errors }: Answer): string {
  return errors.length === 0 ? body.outcome : `${body.outcome}: ${errors[0]}`;
}

/** A short rendering of any value. */
export function preview(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
