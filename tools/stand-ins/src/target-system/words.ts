// How the front doors put into words what target systems hold, and what became of adding something to them.

import { isObject } from "@sym/test-payloads/payload-fields";
import { AwsError } from "../aws/aws-error.ts";

/** What is held, or nothing if that person or thing is not there. */
export function held(read: () => string[]): string[] | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** What was added, or why it could not be. */
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

/** A map as handlers have it in their environment. Of one that is wrong, the handler will say what is wrong with it. */
export function readMap(text = ""): unknown {
  try {
    const map: unknown = JSON.parse(text);
    return isObject(map) ? map : undefined;
  } catch {
    return undefined;
  }
}
