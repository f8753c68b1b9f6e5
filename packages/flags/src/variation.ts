import { type Access, type Invocation, refused, type SymRequest } from "@sym/lambda-core";

/**
 * Refuses a request for another variation than the access has, which is then the access of a lease that another request
 * holds. `wanted` reads the variation that a request asks for.
 */
export function checkVariation(
  { names, variation }: Access & { variation: string },
  { request }: Invocation,
  wanted: (request: SymRequest) => string,
): void {
  if (request?.type !== "escalate" || wanted(request) === variation) return;
  throw refused(
    `Another approved request holds ${names.resource}, and there can be only one variation at a time; ask again when that request has ended`,
  );
}
