/**
 * Why an expected failure happened.
 * - `refused`: this function will not act on the request; nothing was changed.
 * - `no-subject`, `no-resource`: the target system answered that the subject or the resource does not exist. A revoke takes
 *   this for the end of the access, so a resource that may only be hidden from us is `unavailable` or `refused`.
 * - `unavailable`: a read or a change failed, so the state of the access is not known.
 */
export type Reason = "refused" | "no-subject" | "no-resource" | "unavailable";

type Details = { reason: Reason; retryable?: boolean; path?: string; cause?: unknown };

/**
 * An expected failure. People read its message: one sentence that says what is wrong, with which value, and what to do.
 * `retryable`: the same request can succeed later. `path`: the field of the payload at fault.
 */
export class SymError extends Error {
  override readonly name = "SymError";
  readonly reason: Reason;
  readonly retryable: boolean;
  readonly path: string | undefined;

  constructor(message: string, details: Details) {
    super(message, { cause: details.cause });
    this.reason = details.reason;
    this.retryable = details.retryable ?? details.reason === "unavailable";
    this.path = details.path;
  }
}

/** This function will not act on this request, and has changed nothing. `path` is the field of the payload at fault. */
export function refused(
  sentence: string,
  { path, cause }: { path?: string | undefined; cause?: unknown } = {},
): SymError {
  return new SymError(sentence, { reason: "refused", cause, ...(path !== undefined && { path }) });
}

/** A variable of the function's environment is missing or wrong. `problem` names the variable and what it must be. */
export function misconfigured(problem: string): SymError {
  return refused(`This function is misconfigured: ${problem}`);
}

/** The target system answered that the subject, or the resource, does not exist. A revoke takes this for its end. */
export function notFound(missing: "subject" | "resource", sentence: string): SymError {
  return new SymError(sentence, { reason: missing === "subject" ? "no-subject" : "no-resource" });
}
