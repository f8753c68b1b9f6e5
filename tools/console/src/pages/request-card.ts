import { type AccessRequest, formatDuration, meaningOf, type Person } from "@sym/flow";
import { html } from "hono/html";
import { nameOf } from "../play/cast.ts";
import { buttonForm, type Html, options } from "./parts.ts";

/** A request with what can be decided now. */
export function requestCard(request: AccessRequest, root: string, people: Person[], now: number): Html {
  const { id, requester, access, duration, reason, status, answers } = request;
  return html`<article id="card-${id}" class="request">
<header><h3><a href="${root}requests/${id}">${nameOf(requester)}: ${access.label}</a></h3> <span class="badge ${status}">${status}</span></header>
<p>${meaningOf(request, now)}</p>
<p class="small">For ${formatDuration(duration)}. ${reason === "" ? "No reason was given." : html`Reason: <q>${reason}</q>`}</p>
${status === "asked" && answers.plan ? html`<p class="small plan">Plan: ${answers.plan.message}</p>` : ""}
${buttonsOf(request, root, people)}
</article>`;
}

function buttonsOf({ id, status, requester }: AccessRequest, root: string, people: Person[]): Html {
  const others = people.filter((person) => person !== requester);
  if (status === "asked")
    return html`<form method="post" action="${root}decide" class="row" id="decide-${id}">
<input type="hidden" name="id" value="${id}">
<label>Decide as <select name="person" id="as-${id}">${options([...others, requester].map((person) => [person, nameOf(person)]))}</select></label>
<button type="submit" name="what" value="approve">Approve</button>
<button type="submit" name="what" value="deny" class="secondary outline">Deny</button>
</form>`;
  if (status === "held" || status === "failed")
    return html`<div class="row">${buttonForm(`${root}decide`, { id, person: requester, what: "end" }, `${nameOf(requester)} is done`)}</div>`;
  return html``;
}
