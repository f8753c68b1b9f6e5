import { SymError } from "@sym/lambda-core";

/** The call that failed: its IAM action, such as `iam:AddUserToGroup`, and what it was made on. */
type Call = { action: string; on: string };

const throttles =
  /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|ProvisionedThroughputExceeded|SlowDown)/;
const denials = /^(AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized)/;
const badCredentials =
  /^(InvalidClientTokenId|ExpiredToken|UnrecognizedClient|CredentialsProviderError|SignatureDoesNotMatch)/;
const lookUps = /:(Get|List|Describe|Is|Query|Scan|AssumeRole)/;
const brokenConnections =
  /^(TimeoutError|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)/;

/**
 * Says what a failed AWS call means, as a `SymError` of one sentence. An error that it does not know, and one that
 * is a `SymError` already, comes back as it is. Names after the "Common errors" of each service's API reference;
 * throttling is not in the list that IAM declares.
 */
export function explain(error: unknown, { action, on }: Call): unknown {
  if (!(error instanceof Error) || error instanceof SymError) return error;
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  const is = (names: RegExp) => names.test(error.name) || (typeof code === "string" && names.test(code));
  const say = (sentence: string, retryable: boolean) =>
    new SymError(sentence, { reason: "unavailable", retryable, cause: error });

  if (is(throttles)) return say(`AWS is throttling ${action} on ${on}; try again in a minute`, true);
  if (is(denials))
    return say(
      `This function is not allowed to call ${action} on ${on}; add that to the policy of its role`,
      false,
    );
  if (is(badCredentials))
    return say(
      `AWS did not accept the credentials for ${action} on ${on} (${error.name}); check the function's role`,
      false,
    );
  if (!is(brokenConnections) && ($metadata?.httpStatusCode ?? 0) < 500) return error;
  const sequel = lookUps.test(action)
    ? "so nothing was done on it; try again in a minute"
    : "so it may or may not have changed; look there, then try again";
  return say(`AWS did not complete ${action} on ${on} (${error.name}), ${sequel}`, true);
}
