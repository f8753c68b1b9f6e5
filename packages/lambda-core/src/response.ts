import { SymError } from "./errors.ts";
import type { SymRequest } from "./event.ts";
import { type ActionResult, describe, type Outcome } from "./outcome.ts";

/**
 * The answer to Sym. Sym marks a request with a non-empty `errors` as errored, and posts the errors to its error channel.
 * Sym treats every other shape as success, so every path through a handler ends in a `SymAnswer`. `body.message` is for
 * the requester.
 */
export type SymAnswer = {
  body: {
    message: string;
    outcome: Outcome;
    system: string;
    resource: string | null;
    subject: string | null;
    run_id: string | null;
    /** ISO 8601 in UTC. */
    expires_at?: string;
    residual_access?: string;
  };
  errors: string[];
};

/** The answer for an action without an error. */
export function answerResult(system: string, request: SymRequest, result: ActionResult): SymAnswer {
  const { outcome, resource, subject, expiresAt, residualAccess } = result;
  return {
    body: {
      message: plain(describe(result)),
      outcome,
      system,
      resource,
      subject,
      run_id: request.runId,
      ...(expiresAt && { expires_at: expiresAt.toISOString() }),
      ...(residualAccess && { residual_access: residualAccess }),
    },
    errors: [],
  };
}

/** The answer for an error: the sentence of a `SymError`, or a fixed sentence for every other error. */
export function answerError(
  system: string,
  request: SymRequest | undefined,
  error: unknown,
  requestId: string,
): SymAnswer {
  const sentence =
    error instanceof SymError
      ? error.message
      : `Something unexpected went wrong, and the access may or may not have changed; look for request ${requestId} in the function's log`;
  const outcome = error instanceof SymError && error.reason !== "unavailable" ? "refused" : "failed";
  return {
    body: {
      message: plain(`${opening(request)}: ${sentence}.`),
      outcome,
      system,
      resource: null,
      subject: null,
      run_id: request?.runId ?? null,
    },
    errors: [plain(sentence)],
  };
}

function opening(request: SymRequest | undefined): string {
  if (request === undefined) return "Your request could not be carried out";
  const name = request.target.label || request.target.name;
  return request.type === "escalate"
    ? `You did not get access to ${name}`
    : `Your access to ${name} may not have ended`;
}

/** Escapes angle brackets, which Slack reads as mentions and links. Source: Slack, "Escaping text". */
export function plain(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
