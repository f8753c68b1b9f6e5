// A proxy or a captive portal can answer with status 200 in place of AWS, and the SDK takes its page for an empty answer.
import { SymError } from "@sym/lambda-core";
import { type AwsCall, whatMayHaveHappened } from "./to-sym-error.ts";

/** An element that every answer of AWS to this call has. Throws `unavailable` if it is missing. */
export function requireElement<T>(element: T | undefined, call: AwsCall): T {
  if (element === undefined) throw notFromAws(call);
  return element;
}

/**
 * For a call whose answer has no elements: throws `unavailable` if the answer is without the request id that AWS gives
 * to every call. Source: the header `x-amzn-requestid` in "Troubleshooting", AWS SDK for JavaScript.
 */
export function mustBeFromAws(
  { $metadata }: { $metadata: { requestId?: string | undefined } },
  call: AwsCall,
): void {
  if ($metadata.requestId === undefined) throw notFromAws(call);
}

/** For an answer of something between the function and AWS. */
export function notFromAws(call: AwsCall, cause?: unknown): SymError {
  const { action, on } = call;
  return new SymError(
    `The answer to ${action} on ${on} is not one of AWS, ${whatMayHaveHappened(call)}; if that goes on, look for a proxy between the function and AWS`,
    { reason: "unavailable", cause },
  );
}
