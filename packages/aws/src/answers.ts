// A proxy or a captive portal can answer in place of AWS with status 200, and the SDK reads its page as an empty answer.
import { type AwsCall, notFromAws } from "./to-sym-error.ts";

/** An element that AWS returns in every answer to this call. Throws `unavailable` if the element is missing. */
export function requireElement<T>(element: T | undefined, call: AwsCall): T {
  if (element === undefined) throw notFromAws(call);
  return element;
}

/**
 * For a call whose answer has no elements: throws `unavailable` if the answer lacks the request id, which AWS gives to
 * every call. Source: the header `x-amzn-requestid` in "Troubleshooting", AWS SDK for JavaScript.
 */
export function mustBeFromAws(
  { $metadata }: { $metadata: { requestId?: string | undefined } },
  call: AwsCall,
): void {
  if ($metadata.requestId === undefined) throw notFromAws(call);
}
