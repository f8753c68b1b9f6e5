import type { Invocation } from "@sym/lambda-core";

/** A comment for the flag system's own audit trail: the run that changes the flag. */
export function auditComment({ request, requestId }: Invocation): string {
  return request ? `Sym run ${request.runId}: ${request.type}` : `Sym, without a run (request ${requestId})`;
}

/** Whether a text has the form of an audit comment. The form proves nothing: any person can write such a text. */
export function isAuditComment(text: string): boolean {
  return /^Sym(?: run [\w-]+: (?:escalate|deescalate)|, without a run \(request [\w-]+\))$/.test(text);
}
