import type { FaultKind } from "../kernel/faults.ts";
import type { HttpReply } from "../kernel/serve.ts";
import { AwsError } from "./aws-error.ts";
import { refusalMessage } from "./refusal-message.ts";
import type { Caller, Operation } from "./service.ts";

/** The error for a fault; undefined for a fault without an answer. Each service has its own codes. */
export function faultError(
  kind: FaultKind | undefined,
  service: string,
  operation: Operation,
  caller: Caller,
): AwsError | undefined {
  if (kind === "throttle") return new AwsError(400, "Throttling", "Rate exceeded");
  if (kind === "internal-error") {
    return new AwsError(
      500,
      "ServiceFailure",
      "The request processing has failed because of an internal error.",
    );
  }
  if (kind === "access-denied") return accessDenied(service, operation, caller);
  if (kind === "not-found") return new AwsError(404, "NoSuchEntity", "The entity cannot be found.");
  const [, status, code] = /^(\d{3}) (\w+)$/.exec(kind ?? "") ?? [];
  return code === undefined ? undefined : new AwsError(Number(status), code, "Refused as told");
}

/** The answer of a captive portal or a broken proxy in place of AWS; undefined for every other fault. */
export function foreignReply(kind: FaultKind | undefined): HttpReply | undefined {
  if (kind === "empty-answer") return { status: 200, body: "", isForeign: true };
  if (kind !== "html-page") return undefined;
  const body = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><p>Sign in</p></body></html>";
  return { status: 200, headers: { "content-type": "text/html" }, body, isForeign: true };
}

function accessDenied(service: string, { action, parameters }: Operation, caller: Caller): AwsError {
  const asked = { caller, action: `${service}:${action}`, on: resourceOf(parameters) };
  return new AwsError(403, "AccessDenied", refusalMessage({ ...asked, decision: "not-allowed" }));
}

function resourceOf(parameters: Record<string, unknown>): string {
  if (parameters["GroupName"]) return `group ${parameters["GroupName"]}`;
  if (parameters["UserName"]) return `user ${parameters["UserName"]}`;
  return String(parameters["RoleArn"] ?? "*");
}
