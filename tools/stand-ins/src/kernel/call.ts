import type { FaultQueue } from "./faults.ts";

/**
 * An action that a call needs, on each of these resources. `type` is the resource's type in the service authorization
 * reference; `said` is the service's name for the resource in a refusal, if not the ARN.
 */
export type Need = { action: string; resources: NeededResource[] };
export type NeededResource = { type: string; arn: string; said?: string };

/**
 * A request, as a stand-in saw the request. `account` is empty for an unknown caller, or a system without accounts.
 * `status` is 0 without an answer, and `errorCode` is then the kind of the fault. `needs` are the actions and resources
 * that the call needs, for a caller whose role has policies. `route` is the method and the template of the path, for a
 * service whose documentation names calls by route.
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

/** The faults and calls that several stand-ins share. */
export type FaultsAndCalls = { faults: FaultQueue; calls: Call[] };

/** Adds a call to the list. `outcome` may be the reply itself. */
export function recordCall(
  calls: Call[],
  call: Omit<Call, "status" | "errorCode">,
  { status, errorCode }: { status: number; errorCode?: string },
): void {
  calls.push({ ...call, status, ...(errorCode !== undefined && { errorCode }) });
}
