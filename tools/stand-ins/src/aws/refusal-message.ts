import type { Caller } from "./service.ts";

type Refused = { caller: Caller; action: string; on: string; decision: "not-allowed" | "denied" };

/**
 * AWS's sentence for a call that no policy allows. STS gives no reason when a caller may not assume a role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function refusalMessage({ caller, action, on, decision }: Refused): string {
  const sentence = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${on}`;
  if (decision === "denied") return `${sentence} with an explicit deny in an identity-based policy`;
  if (action === "sts:AssumeRole") return sentence;
  return `${sentence} because no identity-based policy allows the ${action} action`;
}
