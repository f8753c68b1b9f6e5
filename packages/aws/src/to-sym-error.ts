import { SymError, unavailable } from "@sym/lambda-core";

/**
 * A call of AWS: its IAM action, such as `iam:AddUserToGroup`, and the resource of the call. `errors`: by the names of AWS's
 * errors, what these mean for this call.
 */
export type AwsCall = { action: string; on: string; errors?: Record<string, (cause: Error) => SymError> };

type Failure = Error & { code?: unknown; $metadata?: { httpStatusCode?: number; requestId?: string } };
type Kind = { names: RegExp; retryable: boolean; sentence(call: AwsCall, name: string): string };

/**
 * The kinds of AWS's errors; the first match applies. Sources of the names: the "Common errors" of each service's API
 * reference, and the errors declared in the service's model for the calls of our handlers.
 */
const kinds: Kind[] = [
  {
    names:
      /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|ProvisionedThroughputExceeded|SlowDown)/,
    retryable: true,
    sentence: ({ action, on }) => `AWS is throttling ${action} on ${on}; try again in a minute`,
  },
  {
    names: /^(AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized)/,
    retryable: false,
    sentence: ({ action, on }) =>
      `This function is not allowed to call ${action} on ${on}; add the action to the policy of its role`,
  },
  {
    names:
      /^(InvalidClientTokenId|ExpiredToken|UnrecognizedClient|CredentialsProviderError|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|RequestExpired)/,
    retryable: false,
    sentence: ({ action, on }, name) =>
      `AWS did not accept the credentials for ${action} on ${on} (${name}); check the function's role`,
  },
  {
    names: /^RegionDisabled/,
    retryable: false,
    sentence: ({ action, on }) =>
      `AWS STS is switched off in this function's region for the account of ${on}, so ${action} was refused; have an administrator of that account activate the region in IAM's account settings`,
  },
  {
    names: /^(PackedPolicyTooLarge|MalformedPolicyDocument)/,
    retryable: false,
    sentence: ({ action, on }, name) =>
      `AWS refused ${action} on ${on} because of session policies or session tags (${name}); this function sends neither, so check the transitive tags of its own session`,
  },
  {
    names: /^(LimitExceeded|ItemCollectionSizeLimitExceeded)/,
    retryable: false,
    sentence: ({ action, on }, name) =>
      `AWS refused ${action} on ${on}, because a quota is used up (${name}); check the quota in AWS Service Quotas`,
  },
  {
    names: /^(TransactionConflict|ReplicatedWriteConflict|ConcurrentModification)/,
    retryable: true,
    sentence: ({ action, on }, name) =>
      `AWS refused ${action} on ${on} because of a concurrent change (${name}); try again in a minute`,
  },
  {
    names: /^(Validation|InvalidInput|InvalidParameter|InvalidContextAssertion)/,
    retryable: false,
    sentence: ({ action, on }, name) =>
      `AWS does not accept the values of ${action} on ${on} (${name}); check the target's settings and the function's environment`,
  },
];

const lookUps = /:(Get|List|Describe|Is|Query|Scan|AssumeRole)/;
const brokenConnections =
  /^(TimeoutError|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)/;

/**
 * Turns the error of an AWS call into a `SymError` of one sentence. Returns a `SymError`, and an error from elsewhere,
 * such as a bug, unchanged.
 */
export function toSymError(error: unknown, call: AwsCall): unknown {
  if (!(error instanceof Error) || error instanceof SymError) return error;
  const { name, code, $metadata } = error as Failure;
  const is = (names: RegExp) => names.test(name) || (typeof code === "string" && names.test(code));
  if (call.errors && Object.hasOwn(call.errors, name)) return call.errors[name]?.(error);
  const kind = kinds.find(({ names }) => is(names));
  if (kind) return unavailable(kind.sentence(call, name), { retryable: kind.retryable, cause: error });
  const { action, on } = call;
  const { httpStatusCode: status, requestId } = $metadata ?? {};
  if (is(brokenConnections) || (status ?? 0) >= 500)
    return unavailable(`AWS did not complete ${action} on ${on} (${name}), ${whatMayHaveHappened(call)}`, {
      cause: error,
    });
  // The SDK found no JSON in an answer with status 200.
  if (error instanceof SyntaxError) return notFromAws(call, error);
  if (status === undefined) return error;
  // AWS gives an id to every request, even to a refused request.
  if (requestId === undefined) return notFromAws(call, error);
  return unavailable(`AWS refused ${action} on ${on} (${name}); look up the reason in AWS's documentation`, {
    retryable: false,
    cause: error,
  });
}

/** Whether a `SymError` comes from this error of AWS, a class of the service's client. */
export function isAwsError(error: unknown, kind: abstract new (fields: never) => Error): error is SymError {
  return error instanceof SymError && error.cause instanceof kind;
}

/** The error for an answer from a proxy or portal between the function and AWS. */
export function notFromAws(call: AwsCall, cause?: unknown): SymError {
  const { action, on } = call;
  return unavailable(
    `The answer to ${action} on ${on} did not come from AWS, ${whatMayHaveHappened(call)}; if the error persists, check for a proxy between the function and AWS`,
    { cause },
  );
}

/** Whether a call without an answer from AWS may have changed the resource, and the remedy. */
function whatMayHaveHappened({ action }: AwsCall): string {
  return lookUps.test(action)
    ? "so the call changed nothing; try again in a minute"
    : "so it may or may not have changed; check AWS for the change, then try again";
}
