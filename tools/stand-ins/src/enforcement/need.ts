import type { Caller, Operation } from "../aws/service.ts";
import type { SandboxState } from "../sandbox.ts";

/**
 * One action that a call needs, on each of these resources. `type` is the resource's type in the service authorization
 * reference; `said` is what the service calls the resource in a refusal, if not by its ARN.
 */
export type Need = { action: string; resources: NeededResource[] };
export type NeededResource = { type: string; arn: string; said?: string };

/** What there is to know about a call before it is authorized. The region is the one that it was signed for. */
export type Asked = { operation: Operation; caller: Caller; region: string; state: SandboxState };

export type NeedOf = (asked: Asked) => NeededResource[];
