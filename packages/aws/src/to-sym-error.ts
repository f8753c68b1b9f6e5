import { SymError } from "@sym/lambda-core";

/** The call that failed: its IAM action, such as `iam:AddUserToGroup`, and the resource that it was made on. */
export type AwsCall = { action: string; on: string };

const throttles =
  /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|ProvisionedThroughputExceeded|SlowDown)/;
const denials = /^(AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized)/;
const badCredentials =
  /^(InvalidClientTokenId|ExpiredToken|UnrecognizedClient|CredentialsProviderError|SignatureDoesNotMatch)/;
const quotas = /^(LimitExceeded|ServiceQuotaExceeded|PayloadTooLarge|PackedPolicyTooLarge)/;
const wrongRequests =
  /^(ValidationE|BadRequest|InvalidInput|InvalidParameter|InvalidRequest|InvalidContextAssertion|MalformedPolicyDocument)/;
const closedRegions = /^RegionDisabled/;
const lookUps = /:(Get|List|Describe|Is|Query|Scan|AssumeRole)/;
const brokenConnections =
  /^(TimeoutError|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)/;

/**
 * Turns the error of an AWS call into a `SymError` of one sentence. Returns an unknown error, and a `SymError`, as it is.
 * Names after the "Common errors" of each service's API reference; throttling is not in the list that IAM declares.
 */
export function toSymError(error: unknown, { action, on }: AwsCall): unknown {
  if (!(error instanceof Error) || error instanceof SymError) return error;
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  const is = (names: RegExp) => names.test(error.name) || (typeof code === "string" && names.test(code));
  const unavailable = (sentence: string, retryable: boolean) =>
    new SymError(sentence, { reason: "unavailable", retryable, cause: error });

  if (is(throttles)) return unavailable(`AWS is throttling ${action} on ${on}; try again in a minute`, true);
  if (is(denials))
    return unavailable(
      `This function is not allowed to call ${action} on ${on}; add that to the policy of its role`,
      false,
    );
  if (is(badCredentials))
    return unavailable(
      `AWS did not accept the credentials for ${action} on ${on} (${error.name}); check the function's role`,
      false,
    );
  if (is(quotas))
    return unavailable(
      `AWS refused ${action} on ${on}, because a quota is used up (${error.name}); have it raised, then try again`,
      false,
    );
  if (is(wrongRequests))
    return unavailable(
      `AWS does not accept ${action} on ${on} as it was asked for (${error.name}); check the target's settings`,
      false,
    );
  if (is(closedRegions))
    return unavailable(
      `AWS does not let ${action} on ${on} be called in this function's region; activate STS there for that account`,
      false,
    );
  if (!is(brokenConnections) && ($metadata?.httpStatusCode ?? 0) < 500) return error;
  const sequel = whatMayHaveHappened({ action, on });
  return unavailable(`AWS did not complete ${action} on ${on} (${error.name}), ${sequel}`, true);
}

/** What a call without an answer of AWS may have done, and what to do. */
export function whatMayHaveHappened({ action }: AwsCall): string {
  return lookUps.test(action)
    ? "so nothing was done on it; try again in a minute"
    : "so it may or may not have changed; look there, then try again";
}
