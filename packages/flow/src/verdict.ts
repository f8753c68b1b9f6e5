import type { AccessRequest } from "./request.ts";
import type { TargetRules } from "./rules.ts";

/**
 * A refusal: a sentence for the person, with the reason and the remedy. `isTemporary`: a later try may be allowed. `field`: the
 * field of the request that is wrong.
 */
export type Refusal = {
  ok: false;
  refusal: string;
  isTemporary?: boolean;
  field?: "duration" | "reason";
};

/** Whether the rules allow something, with the rules that do. */
export type Allowed = { ok: true; rules: TargetRules } | Refusal;

/** The next record of a request, or why there is none. The same record means that nothing is left to change. */
export type Next = { ok: true; request: AccessRequest } | Refusal;

export function refuse(refusal: string, field?: "duration" | "reason"): Refusal {
  return { ok: false, refusal, ...(field && { field }) };
}

export function refuseForNow(refusal: string): Refusal {
  return { ok: false, refusal, isTemporary: true };
}
