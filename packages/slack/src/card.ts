import type { KnownBlock } from "@slack/types";
import { type AccessRequest, formatDuration, meaningOf } from "@sym/flow";
import { actions, button, footnote, notificationText, paragraph, quotation } from "./blocks.ts";

type Content = { text: string; blocks: KnownBlock[] };

/**
 * The message in the approvers' channel about a request: the wish, the plan and the state. Has buttons only while there is
 * something to decide. `now` in milliseconds since the epoch.
 */
export function cardOf(request: AccessRequest, now: number): Content {
  const { id, requester, access, duration, reason, answers } = request;
  const verb = request.route === "break-glass" ? "breaks the glass for" : "asks for";
  const time = formatDuration(duration);
  const state = stateOf(request, now);
  return {
    text: notificationText(`${requester} ${verb} ${access.label} for ${time}. ${state}`),
    blocks: [
      paragraph({ bold: requester }, ` ${verb} `, { bold: access.label }, ` for ${time}.`),
      reason === "" ? paragraph("No reason was given.") : quotation(reason),
      paragraph({ bold: "Plan: " }, answers.plan?.message || "There is no plan: the handler did not answer."),
      paragraph(state),
      ...buttonsOf(request),
      footnote(`Request ${id}`),
    ],
  };
}

/** Approvers decide on a request, and can end access that no approver has allowed. */
function buttonsOf({ id, status, route }: AccessRequest): KnownBlock[] {
  if (status === "asked" && route === "approval")
    return [actions(button("Approve", "approve", id, "primary"), button("Deny", "deny", id, "danger"))];
  const isGiven = status === "approved" || status === "granting" || status === "held";
  return isGiven && route !== "approval" ? [actions(button("End the access", "end", id, "danger"))] : [];
}

function stateOf(request: AccessRequest, now: number): string {
  const { decisions, route } = request;
  const verbs = { approve: "Approved", deny: "Denied", withdraw: "Withdrawn", end: "Ended early" };
  const made = decisions.map(({ what, by }) => `${verbs[what]} by ${by}.`);
  const atOnce = {
    approval: [],
    "on-call": ["Approved at once, as on-call."],
    "break-glass": ["Approved at once, by breaking the glass."],
  }[route];
  return [...atOnce, ...made, meaningOf(request, now)].join(" ");
}
