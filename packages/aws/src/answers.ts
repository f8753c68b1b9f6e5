// A proxy or a captive portal can answer with status 200 in place of AWS, and the SDK takes its page for an empty answer.
import { type AwsCall, notFromAws } from "./to-sym-error.ts";

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
