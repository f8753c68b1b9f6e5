import { type AccessRequest, type Status, wereAsked } from "./request.ts";

/** What is true of a request now, in a sentence. `now` in milliseconds since the epoch. */
export function meaningOf(request: AccessRequest, now: number): string {
  return meanings[request.status](request, now);
}

type Meaning = (request: AccessRequest, now: number) => string;

const meanings: Record<Status, Meaning> = {
  asked: (request, now) => {
    const { times, route, decisions } = request;
    if (now >= times.decideBy) return "The time for decisions is over. The request expires within minutes.";
    if (!wereAsked(request))
      return route === "approval"
        ? "The request waits for the handler's plan. The approvers are asked after the plan."
        : "The request waits for the handler's plan. The rules approve the request after the plan.";
    const approvals = decisions.filter(({ what }) => what === "approve").length;
    const until = `until ${words(times.decideBy)}`;
    if (approvals === 0) return `The request waits for approval ${until}.`;
    return `Approvals so far: ${approvals}. The request waits for another approval ${until}.`;
  },
  approved: () => "The request is approved, and the grant is about to begin.",
  denied: () => "An approver denied the request. The requester got no access by this request.",
  expired: () => "Too few approvers decided in time. The requester got no access by this request.",
  withdrawn: () => "The request was withdrawn before the grant. The requester got no access by this request.",
  refused: () => "The request was refused before the grant. The requester got no access by this request.",
  granting: () => "The handler grants the access. The requester may have the access already.",
  held: ({ times, answers }, now) => {
    const { holdUntil } = times;
    if (holdUntil !== null && now >= holdUntil)
      return "The time of the access is over. The access ends within minutes.";
    const until = holdUntil === null ? "" : ` until ${words(holdUntil)}`;
    return answers.escalate?.outcome === "pending"
      ? `The grant is pending in the target system, and counts${until}. The handler's answer says why.`
      : `The requester has the access${until}.`;
  },
  ending: () => "The flow ends the access. The requester may still have the access.",
  ended: () => "The access of this request has ended.",
  failed: () =>
    "The flow could not end the access for a day. The requester may still have the access. End the request again, or revoke the access manually.",
};

function words(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
