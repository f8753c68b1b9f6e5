import { AwsError } from "../aws/aws-error.ts";
import type { Caller, Operation } from "../aws/service.ts";
import { refusalMessage } from "../enforcement/refusal-message.ts";

/**
 * `throttle`, `internal-error` and `access-denied` are answers; the change is not made. So is `not-found`, of GitHub only.
 * `timeout` never answers and `reset` drops the connection, both before the change; after it, `answer-withheld` never
 * answers and `answer-lost` drops the connection.
 */
export type FaultKind =
  | "throttle"
  | "internal-error"
  | "timeout"
  | "access-denied"
  | "not-found"
  | "answer-withheld"
  | "answer-lost"
  | "reset";

/** Meets the next `times` calls (default 1, `Infinity` allowed) of `action`, of one service or of any. */
export type Fault = { service?: string; action: string; kind: FaultKind; times?: number };

/** What goes wrong next. Of several faults that fit a call, the one injected first is used up first. */
export type Faults = { inject(fault: Fault): void; clear(): void };

export type FaultQueue = Faults & { take(service: string, action: string): FaultKind | undefined };

export function createFaults(): FaultQueue {
  let queue: (Fault & { left: number })[] = [];
  return {
    inject: (fault) => {
      queue.push({ ...fault, left: fault.times ?? 1 });
    },
    clear: () => {
      queue = [];
    },
    take: (service, action) => {
      const fault = queue.find(
        (one) => one.action === action && (one.service ?? service) === service && one.left > 0,
      );
      if (!fault) return undefined;
      fault.left -= 1;
      return fault.kind;
    },
  };
}

/** The refusal that a fault answers with, if it answers. */
export function faultError(
  kind: FaultKind,
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
  return undefined;
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
