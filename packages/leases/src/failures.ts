// Failures in words: what is recorded, and what an answer may promise. A sentence about the future is true only in its
// situation: the sweep ends what a lease or a closed run names, and nothing else.
import { type Access, misconfigured, refused, SymError } from "@sym/lambda-core";
import type { Failure } from "./lease.ts";

const longestSentence = 500;

/** What a lease keeps of an error. Only the sentences of `SymError` are made for people. */
export function failureOf(error: unknown): Pick<Failure, "code" | "sentence"> {
  if (error instanceof SymError)
    return { code: error.reason, sentence: error.message.slice(0, longestSentence) };
  const name = error instanceof Error ? error.name : typeof error;
  return {
    code: "unexpected",
    sentence: `Something unexpected went wrong (${name}); the function's log has more`,
  };
}

/** The end of a run could not be recorded, so nothing will remember it. */
export function notRecorded(error: unknown): unknown {
  return followed(
    error,
    "the end of the request could not be recorded, so the access stays until this deescalate is sent again, or until the sweep ends the request because its time is over; if it has no duration, only the former ends it",
  );
}

/** The end of a run is recorded, and what has to follow failed. */
export function willBeSwept(error: unknown): unknown {
  return followed(
    error,
    "the end of the request is recorded, so the next sweep tries again; until then the access may remain",
  );
}

/** What an escalate had begun could not be taken back. */
export function notTakenBack(error: unknown, cause: unknown): unknown {
  const first = error instanceof SymError ? error : undefined;
  return followed(
    new SymError(first?.message ?? "Something unexpected went wrong", { reason: "unavailable", cause }),
    "what had been begun could not be taken back; it is recorded, so the access may be there until the next sweep takes it back",
  );
}

/** A failed escalate whose traces were taken away. */
export function takenBack(error: unknown): unknown {
  if (!(error instanceof SymError) || error.reason !== "unavailable") return error;
  return followed(error, "whatever had changed was put back");
}

/** The run has ended, and stays so. */
export function alreadyEnded(): SymError {
  return refused("This request has ended already, so it cannot give access any more; ask again");
}

/** The run belongs to another access, or has another wish. */
export function usedTwice({ names }: Access): SymError {
  return refused(
    `The id of this request belongs to another access, person or role already, so nothing was changed for ${names.resource}; ask again with a request of its own`,
  );
}

/** Open runs hold a state that goes with no state that would satisfy this run, too. */
export function inAnotherState({ names }: Access): SymError {
  return refused(
    `${names.resource} cannot be given as long as another approved request holds it in another state; ask again when that request has ended`,
  );
}

/** The table has a record of another handler, whose access this function would misread. */
export function ofAnother(key: string): SymError {
  const [handler] = key.split("|");
  return misconfigured(
    `The record of this access is one of the handler ${handler}, so this function leaves the access as it is; give each function a table of its own (LEASES_TABLE)`,
  );
}

/** Somebody has deleted the record of a lease that this invocation holds. */
export function vanished({ names }: Access): SymError {
  return new SymError(
    `The record of the access of ${names.subject} to ${names.resource} was deleted by somebody else; check there who has the access`,
    { reason: "unavailable", retryable: false },
  );
}

function followed(error: unknown, sequel: string): unknown {
  if (!(error instanceof SymError)) return error;
  return new SymError(`${error.message}; ${sequel}`, {
    reason: "unavailable",
    retryable: error.retryable,
    cause: error,
  });
}
