import {
  BadRequestException,
  PayloadTooLargeException,
  ResourceNotFoundException,
} from "@aws-sdk/client-appconfig";
import { notFromAws, toSymError as toSymErrorOfAws } from "@sym/aws";
import { SymError } from "@sym/lambda-core";
import type { FlagAccess } from "./resolve.ts";

/** The error for a failed call. `missing` is the error to return if AppConfig does not have a resource of the call. */
export function toSymError(
  error: unknown,
  action: string,
  { names, profile }: FlagAccess,
  missing: SymError,
): unknown {
  const call = { action, on: names.resource };
  if (error instanceof ResourceNotFoundException) return missing;
  if (error instanceof PayloadTooLargeException)
    return unavailable(
      `The document of AppConfig profile ${profile} exceeds AppConfig's size limit; remove flags or attributes from it, then try again`,
    );
  if (error instanceof BadRequestException)
    return unavailable(
      `AWS does not accept ${action} on ${names.resource} (${error.name}); check the target's settings and the profile's validators`,
    );
  // The SDK found no JSON in an answer with status 200.
  if (error instanceof SyntaxError) return notFromAws(call, error);
  const known = toSymErrorOfAws(error, call);
  if (known !== error || !isClientFault(error)) return known;
  return unavailable(
    `AWS refused ${action} on ${names.resource} (${error.name}); look up the reason in AWS's documentation`,
  );
}

export function unavailable(
  sentence: string,
  { retryable = false, cause }: { retryable?: boolean; cause?: unknown } = {},
): SymError {
  return new SymError(sentence, { reason: "unavailable", retryable, cause });
}

function isClientFault(error: unknown): error is Error {
  return error instanceof Error && (error as { $fault?: unknown }).$fault === "client";
}
