import type { Invocation } from "@sym/lambda-core";

/** For the flag system's own audit trail: which run changes the flag. */
export function auditComment({ request, requestId }: Invocation): string {
  return request ? `Sym run ${request.runId}: ${request.type}` : `Sym, without a run (request ${requestId})`;
}

/** Whether a text reads like an audit comment. Anybody can write such a text. */
export function isAuditComment(text: string): boolean {
  return /^Sym(?: run [\w-]+: (?:escalate|deescalate)|, without a run \(request [\w-]+\))$/.test(text);
}
