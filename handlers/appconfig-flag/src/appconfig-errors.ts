import { BadRequestException, ResourceNotFoundException } from "@aws-sdk/client-appconfig";
import { toSymError as toSymErrorOfAws } from "@sym/aws";
import { SymError } from "@sym/lambda-core";
import type { FlagAccess } from "./resolve.ts";

/** The error for a failed call. `missing` is the one for a part of it that AppConfig does not have. */
export function toSymError(
  error: unknown,
  action: string,
  { names }: FlagAccess,
  missing: SymError,
): unknown {
  if (error instanceof ResourceNotFoundException) return missing;
  if (error instanceof BadRequestException)
    return unavailable(
      `AWS does not accept ${action} on ${names.resource} (${error.name}); check the target's settings, and the validators of its profile`,
    );
  const known = toSymErrorOfAws(error, { action, on: names.resource });
  if (known !== error || !isClientFault(error)) return known;
  return unavailable(`AWS refused ${action} on ${names.resource} (${error.name}); look for the reason there`);
}

export function unavailable(sentence: string, { retryable = false } = {}): SymError {
  return new SymError(sentence, { reason: "unavailable", retryable });
}

function isClientFault(error: unknown): error is Error {
  return error instanceof Error && (error as { $fault?: unknown }).$fault === "client";
}
