// The sentences of failures, for records and answers. A sentence about the future is true only in its situation: the sweep
// ends only runs that a lease lists, and closed runs.
import { type Access, misconfigured, refused, SymError } from "@sym/lambda-core";
import type { Failure } from "./lease.ts";

const longestSentence = 500;

/** The kinds of these failures, for programs. */
export const kinds = {
  busy: "busy",
  ended: "run-ended",
  usedTwice: "id-used-twice",
  conflicting: "conflicting-wishes",
  mayRemain: "access-may-remain",
} as const;

/** The part of an error that a lease stores. Only a `SymError` has a sentence that is safe for people. */
export function failureOf(error: unknown): Pick<Failure, "code" | "sentence"> {
  if (error instanceof SymError)
    return { code: error.reason, sentence: error.message.slice(0, longestSentence) };
  const name = error instanceof Error ? error.name : typeof error;
  return {
    code: "unexpected",
    sentence: `Something unexpected went wrong (${name}); the function's log has more`,
  };
}

/** The end of a run could not be recorded, so neither the lease nor the sweep knows of the end. */
export function notRecorded(error: unknown): unknown {
  return followed(
    error,
    "the end of the request could not be recorded, so the access stays until this deescalate is sent again, or until the sweep revokes the access of the expired request; a request without a duration does not expire",
  );
}

/** The end of a run is recorded, and the revoke failed. */
export function willBeSwept(error: unknown): unknown {
  return followed(
    error,
    "the end of the request is recorded, so the next sweep tries again; until then the access may remain",
  );
}

/** A failed escalate that could not be rolled back. */
export function notTakenBack(error: unknown, cause: unknown): unknown {
  const first = error instanceof SymError ? error : undefined;
  return followed(
    new SymError(first?.message ?? "Something unexpected went wrong", {
      ...{ reason: "unavailable", kind: first?.kind, cause },
    }),
    "the grant could not be rolled back, but is recorded, so the access may remain until the next sweep revokes it",
    kinds.mayRemain,
  );
}

/** A failed escalate that was rolled back. */
export function takenBack(error: unknown): unknown {
  if (!(error instanceof SymError) || error.reason !== "unavailable") return error;
  return followed(error, "the earlier state was restored");
}

/** The run has ended for good. */
export function alreadyEnded(): SymError {
  return refused("This request has already ended and cannot grant access; request the access again", {
    kind: kinds.ended,
  });
}

/** The run's id belongs to another access, or to another wish. */
export function usedTwice({ names }: Access): SymError {
  return refused(
    `The id of this request belongs to another access, person or role, so nothing was changed for ${names.resource}; make a new request`,
    { kind: kinds.usedTwice },
  );
}

/** No state satisfies the wishes of both the open runs and this run. */
export function inAnotherState({ names }: Access): SymError {
  return refused(
    `${names.resource} cannot be granted while another approved request holds it in another state; request the access again when that request has ended`,
    { kind: kinds.conflicting },
  );
}

/** The refusals of `decideEscalate`. */
export const refusals = { ended: alreadyEnded, "other-wish": usedTwice, conflicting: inAnotherState };

/** The table holds a record of another handler, whose access this function would misread. */
export function ofAnother(key: string): SymError {
  const [handler] = key.split("|");
  return misconfigured(
    `The record of this access belongs to the handler ${handler}, so this function leaves the access as it is; give each function its own table (LEASES_TABLE)`,
  );
}

/** A person or a program has deleted the record of a lease while this invocation held its lock. */
export function vanished({ names }: Access): SymError {
  return new SymError(
    `The record of the access of ${names.subject} to ${names.resource} was deleted by another person or program; check in the target system who has the access`,
    { reason: "unavailable", retryable: false },
  );
}

function followed(error: unknown, sequel: string, kind?: string): unknown {
  if (!(error instanceof SymError)) return error;
  return new SymError(`${error.message}; ${sequel}`, {
    reason: "unavailable",
    retryable: error.retryable,
    kind,
    cause: error,
  });
}
