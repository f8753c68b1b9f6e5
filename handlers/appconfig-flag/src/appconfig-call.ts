import type { AppConfigClient } from "@aws-sdk/client-appconfig";
import type { AwsCall } from "@sym/aws";
import { type Invocation, type SymError, unavailable } from "@sym/lambda-core";
import type { FlagAccess } from "./resolve.ts";

/** The arguments that every call needs. */
export type Caller = { client: AppConfigClient; access: FlagAccess; invocation: Invocation };

/** A call with AppConfig's own errors. `missing` is the error if AppConfig does not have a resource of the call. */
export function callOf(operation: string, { names, profile }: FlagAccess, missing: SymError): AwsCall {
  const action = `appconfig:${operation}`;
  return {
    action,
    on: names.resource,
    errors: {
      ResourceNotFoundException: () => missing,
      PayloadTooLargeException: () =>
        unavailable(
          `The document of AppConfig profile ${profile} exceeds AppConfig's size limit; remove flags or attributes from it, then try again`,
          { retryable: false },
        ),
      BadRequestException: ({ name }) =>
        unavailable(
          `AWS does not accept ${action} on ${names.resource} (${name}); check the target's settings and the profile's validators`,
          { retryable: false },
        ),
    },
  };
}
