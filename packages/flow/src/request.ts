import type * as v from "valibot";
import type { Person } from "./person.ts";
import type { requestShape } from "./request-shape.ts";
import type { Route, TargetRules } from "./rules.ts";

/** The record of one request, from its asking to its end. */
export type AccessRequest = v.InferOutput<typeof requestShape>;
export type Status = AccessRequest["status"];
export type Decision = AccessRequest["decisions"][number];
export type Message = AccessRequest["messages"][number];
export type Outlet = Message["toldIn"][number];
export type Card = NonNullable<AccessRequest["card"]>;
export type RecordedAnswer = NonNullable<AccessRequest["answers"]["plan"]>;

/** What a person asks for. `duration` in seconds. `account`: the requester's account in Slack, if the requester asks there. */
export type Asked = {
  target: string;
  requester: Person;
  account?: string;
  duration: number;
  reason: string;
  route: Route;
};

/** The record of a request that `mayAsk` has allowed. `uuid` makes its id, and `now` is in milliseconds since the epoch. */
export function newRequest(rules: TargetRules, asked: Asked, uuid: string, now: number): AccessRequest {
  const { label, functionArn, settings, slackChannel } = rules;
  const { target, requester, account, duration, reason, route } = asked;
  return {
    id: `flow-${uuid}`,
    version: 1,
    status: "asked",
    ...{ target, requester, duration, reason, route },
    ...(account !== undefined && { account }),
    access: { label, functionArn, settings },
    slackChannel,
    card: null,
    askedUnder: rules.version,
    approvedUnder: null,
    decisions: [],
    answers: { plan: null, escalate: null, deescalate: null },
    attempts: { escalate: 0, deescalate: 0 },
    waiting: null,
    messages: [],
    times: {
      ...{ asked: now, decideBy: now + rules.decideWithin * 1_000, approved: null },
      ...{
        granting: null,
        held: null,
        holdUntil: null,
        remindAt: null,
        ending: null,
        over: null,
        changed: now,
      },
    },
  };
}

/** The final statuses. A `failed` request is also over, but a person can end it again. */
export function isOver({ status }: Pick<AccessRequest, "status">): boolean {
  return ["denied", "expired", "withdrawn", "refused", "ended", "failed"].includes(status);
}

/** Whether the approvers were asked. Before, the request has no plan yet, or does not need them. */
export function wereAsked({ messages }: AccessRequest): boolean {
  return messages.some(({ kind }) => kind === "asked");
}

/** Whether the waiting step waits for nothing any more, so that it should wake. */
export function shouldWake({ waiting, status }: AccessRequest): boolean {
  if (waiting === null) return false;
  return status !== (waiting.step === "ask" ? "asked" : "held");
}

/** Whether the watchman must look at the request. */
export function isOpen(request: AccessRequest): boolean {
  return !isOver(request) || request.waiting !== null || isUntold(request);
}

/** Whether a message of the request is not told yet, or the card in Slack is out of date. */
export function isUntold(request: AccessRequest): boolean {
  return request.messages.some(({ told }) => told === null) || hasOldCard(request);
}

/** Whether the card in Slack shows an earlier state of the request. */
export function hasOldCard(request: AccessRequest): boolean {
  return request.card !== null && request.card.shows !== cardState(request);
}

/** What the card in Slack says of the request. The card is written anew when this text changes. */
export function cardState({ status, decisions }: AccessRequest): string {
  if (status === "asked") return `asked, decisions: ${decisions.length}`;
  if (status === "approved" || status === "granting") return "approved";
  return status === "ending" ? "held" : status;
}
