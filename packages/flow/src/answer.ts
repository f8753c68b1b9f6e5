import * as v from "valibot";
import type { RecordedAnswer } from "./request.ts";

const most = { characters: 2_000, errors: 10 };

// Sym's contract needs a body and errors; the other fields are those of lambda-core, and a handler may leave them out.
const answerShape = v.object({
  body: v.looseObject({
    message: v.fallback(v.string(), ""),
    outcome: v.fallback(v.nullable(v.string()), null),
    expires_at: v.fallback(v.nullable(v.pipe(v.string(), v.isoTimestamp())), null),
  }),
  errors: v.optional(v.array(v.string()), []),
});

/** The part of a handler's answer that a record keeps; undefined if the answer does not have the form of Sym's contract. */
export function readAnswer(answer: unknown, now: number): RecordedAnswer | undefined {
  const parsed = v.safeParse(answerShape, answer);
  if (!parsed.success) return undefined;
  const { body, errors } = parsed.output;
  return {
    at: now,
    message: short(body.message),
    outcome: body.outcome === null ? null : short(body.outcome),
    errors: errors.slice(0, most.errors).map(short),
    expiresAt: body.expires_at === null ? null : Date.parse(body.expires_at),
  };
}

/** The record of an invocation without a useful answer. */
export function noAnswer(now: number): RecordedAnswer {
  const errors = ["The handler did not answer in the form of Sym's contract; read the log of its function"];
  return { at: now, message: "", outcome: null, errors, expiresAt: null };
}

function short(text: string): string {
  return text.length > most.characters ? `${text.slice(0, most.characters)}...` : text;
}
