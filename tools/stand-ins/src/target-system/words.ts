// Sentences about the holdings of target systems, and about additions to them.

import { isObject } from "@sym/test-payloads/payload-fields";
import { AwsError } from "../aws/aws-error.ts";

/** The names held; undefined if the person or the resource does not exist. */
export function held(read: () => string[]): string[] | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** Makes the change. Returns the text `what`; for a refusal, `not`, the text and AWS's reason. */
export function attempt(what: string, change: () => unknown): string {
  try {
    change();
    return what;
  } catch (error) {
    if (error instanceof AwsError) return `not ${what} (${error.message})`;
    throw error;
  }
}

export function inWords(names: string[] | undefined, none: string): string {
  return names === undefined ? "does not exist" : names.join(", ") || none;
}

/** A map from a handler's environment. Undefined for an invalid map: the handler reports the error itself. */
export function readMap(text = ""): unknown {
  try {
    const map: unknown = JSON.parse(text);
    return isObject(map) ? map : undefined;
  } catch {
    return undefined;
  }
}
