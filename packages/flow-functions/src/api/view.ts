// What the API shows of a request: never a token, the function's ARN or the target's settings.
import { type AccessRequest, formatDuration, meaningOf } from "@sym/flow";

/** The part of a request that a list shows. `meaning` says in a sentence what is true now. */
export function summaryOf(request: AccessRequest, now: number) {
  const { id, status, requester, target, access, duration, reason, route, times } = request;
  return {
    id,
    status,
    meaning: meaningOf(request, now),
    requester,
    target,
    label: access.label,
    duration: formatDuration(duration),
    reason,
    route,
    times: {
      asked: utc(times.asked),
      decide_by: utc(times.decideBy),
      approved: utc(times.approved),
      granting: utc(times.granting),
      held: utc(times.held),
      hold_until: utc(times.holdUntil),
      ending: utc(times.ending),
      over: utc(times.over),
    },
  };
}

/** The whole public story of a request. */
export function viewOf(request: AccessRequest, now: number) {
  const { decisions, answers, messages, card } = request;
  return {
    ...summaryOf(request, now),
    decisions: decisions.map(({ by, door, what, at }) => ({ by, door, what, at: utc(at) })),
    answers: {
      plan: answerOf(answers.plan),
      escalate: answerOf(answers.escalate),
      deescalate: answerOf(answers.deescalate),
    },
    messages: messages.map(({ kind, to, text, at, told, problem }) => ({
      ...{ kind, to, text, at: utc(at) },
      told: told === "lost" ? told : utc(told),
      problem,
    })),
    slack_problem: card?.problem ?? null,
  };
}

function answerOf(answer: AccessRequest["answers"]["plan"]) {
  if (answer === null) return null;
  const { at, message, outcome, errors, expiresAt } = answer;
  return { at: utc(at), message, outcome, errors, expires_at: utc(expiresAt) };
}

function utc<T extends number | null>(time: T) {
  return time === null ? null : new Date(time).toISOString();
}
