/**
 * Why an expected failure happened.
 * - `refused`: the function refuses the request; nothing was changed.
 * - `no-subject`, `no-resource`: the target system answered that the subject or the resource does not exist. A revoke takes
 *   this answer for the end of the access, so for a resource that may only be hidden from the function, the reason is
 *   `unavailable` or `refused`.
 * - `unavailable`: a read or a change failed, so the state of the access is not known.
 */
export type Reason = "refused" | "no-subject" | "no-resource" | "unavailable";

type Details = {
  reason: Reason;
  retryable?: boolean | undefined;
  path?: string;
  kind?: string | undefined;
  cause?: unknown;
};

/**
 * An expected failure. People read its message: a sentence with the failure, the wrong value, and the remedy.
 * `retryable`: the same request can succeed later. `path`: the wrong field of the payload. `kind` tells programs one failure
 * from others of the same reason, where a program has to: the message is for people, and its words can change.
 */
export class SymError extends Error {
  override readonly name = "SymError";
  readonly reason: Reason;
  readonly retryable: boolean;
  readonly path: string | undefined;
  readonly kind: string | undefined;

  constructor(message: string, details: Details) {
    super(message, { cause: details.cause });
    this.reason = details.reason;
    this.retryable = details.retryable ?? details.reason === "unavailable";
    this.path = details.path;
    this.kind = details.kind;
  }
}

/** The error for a request that the function refuses; nothing was changed. `path` is the wrong field of the payload. */
export function refused(
  sentence: string,
  { path, kind, cause }: { path?: string | undefined; kind?: string; cause?: unknown } = {},
): SymError {
  return new SymError(sentence, { reason: "refused", kind, cause, ...(path !== undefined && { path }) });
}

/** The error for a missing or wrong environment variable. `problem` names the variable and its valid values. */
export function misconfigured(problem: string): SymError {
  return refused(`This function is misconfigured: ${problem}`);
}

/** The error for a read or a change that failed. The same request can succeed later, unless `retryable` is false. */
export function unavailable(
  sentence: string,
  { retryable, cause }: { retryable?: boolean; cause?: unknown } = {},
): SymError {
  return new SymError(sentence, { reason: "unavailable", retryable, cause });
}

/**
 * The target system answered that the subject or the resource does not exist. For a revoke, this error means the access
 * has ended.
 */
export function notFound(missing: "subject" | "resource", sentence: string): SymError {
  return new SymError(sentence, { reason: `no-${missing}` });
}

/** Whether an error is that of `notFound`. Without `missing`: for the subject or the resource. */
export function isNotFound(error: unknown, missing?: "subject" | "resource"): error is SymError {
  if (!(error instanceof SymError)) return false;
  return missing ? error.reason === `no-${missing}` : error.reason.startsWith("no-");
}
