import type { FaultQueue } from "./faults.ts";

/**
 * One action that a call needs, on each of these resources. `type` is the resource's type in the service authorization
 * reference; `said` is what the service calls the resource in a refusal, if not by its ARN.
 */
export type Need = { action: string; resources: NeededResource[] };
export type NeededResource = { type: string; arn: string; said?: string };

/**
 * One request as a stand-in saw it. `account` is empty when the caller was not recognised, or the system has no accounts;
 * `status` is 0 when no answer was sent, and `errorCode` is then the kind of the fault. `needs` is what IAM was asked, of
 * a caller whose role has policies. `route` is the method and the template of the path, where a service is documented by
 * those.
 */
export type Call = {
  service: string;
  action: string;
  account: string;
  parameters: Record<string, unknown>;
  status: number;
  errorCode?: string;
  needs?: Need[];
  route?: string;
};

/** What several stand-ins share, so that faults are injected and calls are looked at in one place. */
export type FaultsAndCalls = { faults: FaultQueue; calls: Call[] };

/** Adds a call to the list. `outcome` may be the reply itself. */
export function recordCall(
  calls: Call[],
  call: Omit<Call, "status" | "errorCode">,
  { status, errorCode }: { status: number; errorCode?: string },
): void {
  calls.push({ ...call, status, ...(errorCode !== undefined && { errorCode }) });
}
