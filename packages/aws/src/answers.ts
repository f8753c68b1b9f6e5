// A proxy or a captive portal can answer in place of AWS with status 200, and the SDK reads its page as an empty answer.
import type { Invocation } from "@sym/lambda-core";
import { type AwsCall, notFromAws, toSymError } from "./to-sym-error.ts";

type Answer = { $metadata: { requestId?: string | undefined } };

/** The option of an AWS call that ends the call when the invocation's time is over. */
export function abortOf({ budget }: Invocation): { abortSignal: AbortSignal } {
  return { abortSignal: budget.signal };
}

/** The answer to an AWS call. Throws a `SymError` for an error, and for the answer of a proxy. */
export async function answerTo<A extends Answer>(call: AwsCall, sent: Promise<A>): Promise<A> {
  const answer = await sent.catch((error: unknown) => {
    throw toSymError(error, call);
  });
  mustBeFromAws(answer, call);
  return answer;
}

/**
 * The items of a paginated AWS list, in the order of the list; requests a page only when the caller needs its items.
 * `listIn` takes the items out of a page. Throws as `answerTo`.
 */
export async function* itemsOf<Page, Item>(
  call: AwsCall,
  pages: AsyncIterable<Page>,
  listIn: (page: Page) => Item[] | undefined,
): AsyncGenerator<Item, void> {
  try {
    for await (const page of pages) yield* requireElement(listIn(page), call);
  } catch (error) {
    throw toSymError(error, call);
  }
}

/** An element that AWS returns in every answer to this call. Throws `unavailable` if the element is missing. */
export function requireElement<T>(element: T | undefined, call: AwsCall): T {
  if (element === undefined) throw notFromAws(call);
  return element;
}

/**
 * Throws `unavailable` if the answer lacks the request id, which AWS gives to every call. Source: the header
 * `x-amzn-requestid` in "Troubleshooting", AWS SDK for JavaScript.
 */
export function mustBeFromAws({ $metadata }: Answer, call: AwsCall): void {
  if ($metadata.requestId === undefined) throw notFromAws(call);
}
