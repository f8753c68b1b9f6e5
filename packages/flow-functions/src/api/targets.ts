import { formatDuration, type Offer, offerTo, type Person } from "@sym/flow";
import { flowInAws } from "../deps.ts";
import type { Answer } from "./http.ts";

/** The targets that a person may ask for, with the part of their rules that a request needs. */
export async function listTargets(person: Person): Promise<Answer> {
  const all = await flowInAws().rules.all({ asking: [person], deciding: [] });
  const offers = all.map((rules) => offerTo(person, rules)).filter((offer) => offer !== undefined);
  return { status: 200, body: { targets: offers.map(viewOf) } };
}

function viewOf({ target, label, approvals, decideWithin, routes }: Offer) {
  return {
    target,
    label,
    routes: routes.map(({ route, durations, reason: { required, ticket } }) => ({
      route,
      durations: durations.map(formatDuration),
      reason: { required, ticket: ticket && { example: ticket.example } },
      ...(route === "approval" && { approvals, decide_within: formatDuration(decideWithin) }),
    })),
  };
}
