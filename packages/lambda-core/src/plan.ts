import { type Access, absent, type Forecast, type State } from "./access.ts";
import { SymError } from "./errors.ts";
import type { SymRequest } from "./event.ts";
import { until } from "./outcome.ts";
import { everybody } from "./people.ts";
import { plain } from "./response.ts";
import { bundleVersion } from "./version.ts";

/**
 * The outcome of a plan: the effect that an escalate would have now. A closed set.
 * - `would-grant`: the subject would get the access, or get standing access back.
 * - `would-be-pending`: the access would have no effect until the requester or the target system takes a further step.
 * - `held-by-other-requests`: other approved requests hold the access already; this request would hold the access, too.
 * - `already-granted`: the planned request itself holds the access already.
 * - `already-standing`: the subject has the access without any request, and the request would change nothing. A function
 *   without leases knows no requests: the subject has the access, perhaps by another request.
 * - `would-be-refused`: the sentence has the reason.
 */
type PlanOutcome =
  | "would-grant"
  | "would-be-pending"
  | "held-by-other-requests"
  | "already-granted"
  | "already-standing"
  | "would-be-refused";

/** The other approved requests that hold an access, and the latest of their ends; undefined if a request has no end. */
export type OtherRequests = { count: number; until?: Date };

/** The effect that an escalate would have now. */
export type Plan = {
  outcome: Exclude<PlanOutcome, "would-be-refused">;
  access: Access;
  /** The present state and the requested state. */
  state: State;
  wanted: State;
  /** The end of the planned request; undefined if the request has no duration. */
  expiresAt?: Date;
  /** Undefined if the function keeps no leases, and therefore does not know other requests. */
  others?: OtherRequests;
  /** For `would-be-pending`, the further step. */
  step?: string;
  /** For `would-grant`: the access is standing, but the end of an earlier request has not restored the access yet. */
  isRestored?: boolean;
  /** The rights that the subject would keep for a while after the end, as a sentence. */
  residualAccess?: string;
};

/** The answer to a plan. `message` is for the approver. `errors` has a sentence only if the plan could not be made. */
export type PlanAnswer = {
  body: {
    message: string;
    outcome: PlanOutcome | "failed";
    system: string;
    /** The version of the bundle that made the plan. */
    version: string;
    resource: string | null;
    subject: string | null;
    run_id: string | null;
    /** The present and the requested state. */
    state?: State;
    wanted?: State;
    /** ISO 8601 in UTC. */
    expires_at?: string;
    /** The number of other approved requests that hold the access, and the latest of their ends. */
    other_requests?: number;
    other_requests_until?: string;
    residual_access?: string;
  };
  errors: string[];
};

/** The part of a plan that depends on the forecast of its change. */
export function granting({
  pending,
  residualAccess,
}: Forecast = {}): Pick<Plan, "outcome" | "step" | "residualAccess"> {
  return {
    ...(pending === undefined
      ? { outcome: "would-grant" as const }
      : { outcome: "would-be-pending" as const, step: pending }),
    ...(residualAccess !== undefined && { residualAccess }),
  };
}

/** The answer for a plan that could be made. */
export function answerPlan(system: string, request: SymRequest, plan: Plan): PlanAnswer {
  const { outcome, access, state, wanted, expiresAt, others, residualAccess } = plan;
  return {
    body: {
      message: plain(describePlan(request, plan)),
      outcome,
      system,
      version: bundleVersion,
      resource: access.names.resource,
      subject: access.names.subject,
      run_id: request.runId,
      ...{ state, wanted },
      ...(expiresAt && { expires_at: expiresAt.toISOString() }),
      ...(others && { other_requests: others.count }),
      ...(others?.until && { other_requests_until: others.until.toISOString() }),
      ...(residualAccess && { residual_access: residualAccess }),
    },
    errors: [],
  };
}

/** The answer for an error of a plan: a refusal is the result of the plan; any other error leaves no plan. */
export function answerFailedPlan(
  system: string,
  request: SymRequest | undefined,
  error: unknown,
  requestId: string,
): PlanAnswer {
  const isExpected = error instanceof SymError;
  const isRefusal = isExpected && error.reason !== "unavailable" && request !== undefined;
  const sentence = isExpected
    ? error.message
    : `Something unexpected went wrong; look for request ${requestId} in the function's log`;
  const opening = isRefusal ? `The request of ${request.requester} would be refused` : "There is no plan";
  return {
    body: {
      message: plain(`${opening}: ${sentence}.`),
      outcome: isRefusal ? "would-be-refused" : "failed",
      system,
      version: bundleVersion,
      resource: null,
      subject: null,
      run_id: request?.runId ?? null,
    },
    errors: isRefusal ? [] : [plain(sentence)],
  };
}

const sentences: Record<Plan["outcome"], (who: string, plan: Plan) => string> = {
  "would-grant": (who, plan) =>
    plan.isRestored
      ? `${who} had access to ${resourceOf(plan)} before an earlier request, whose end has not restored the access yet; this request would restore the access, and ${who} would keep it.`
      : `${who} would get access to ${resourceOf(plan)}${until(plan.expiresAt)}, and ${present(plan)}.`,
  "would-be-pending": (who, plan) =>
    `${who} would not have access to ${resourceOf(plan)} until a further step: ${plan.step}; ${who} ${present(plan)}.`,
  "held-by-other-requests": (who, plan) =>
    `${who} has access to ${resourceOf(plan)} by another approved request, and this request would also hold the access${until(plan.expiresAt)}.`,
  "already-granted": (who, plan) =>
    `${who} has access to ${resourceOf(plan)} by this request already${until(plan.expiresAt)}.`,
  "already-standing": (who, plan) =>
    // Without leases, the access may be that of another request.
    plan.others === undefined
      ? `${who} has access to ${resourceOf(plan)} already.`
      : `${who} has access to ${resourceOf(plan)} without any request, and would keep the access: the request would change nothing.`,
};

function describePlan({ requester }: SymRequest, plan: Plan): string {
  return [
    sentences[plan.outcome](whoIn(requester, plan.access), plan),
    describeOthers(plan),
    plan.residualAccess,
  ]
    .filter((sentence) => sentence !== undefined)
    .join(" ");
}

function whoIn(requester: string, { subject, names }: Access): string {
  if (subject === everybody) return requester;
  return names.subject.includes(requester) ? names.subject : `${requester} (${names.subject})`;
}

function resourceOf({ access }: Plan): string {
  return access.names.resource;
}

function present({ state }: Plan): string {
  return state === absent ? "does not have the access now" : `has the state ${state} now`;
}

function describeOthers({ outcome, others }: Plan): string | undefined {
  if (others === undefined)
    return "This function keeps no leases, so the end of the request can also revoke access from before.";
  if (outcome === "already-standing") return undefined;
  if (others.count === 0) return "No other request holds this access.";
  const [who, end] =
    others.count === 1
      ? ["One other approved request holds", until(others.until)]
      : [
          `${others.count} other approved requests hold`,
          others.until && `${until(others.until)} at the latest`,
        ];
  return `${who} this access${end || ", without an end"}.`;
}
