import type { AccessRequest } from "@sym/flow";
import { html } from "hono/html";
import { leaseOf } from "../play/leases.ts";
import type { Play } from "../play/play.ts";
import { buttonForm, frame, type Html } from "./parts.ts";
import { requestCard } from "./request-card.ts";
import { timeline } from "./timeline.ts";

/** The story of one request: what happened, the lease, and what can go wrong with its events. */
export async function requestPage(play: Play, root: string, request: AccessRequest): Promise<Html> {
  const { id, requester, access } = request;
  const entries = play.journal.entries.filter((entry) => entry.request === id);
  const lease = await leaseOf(play.stage, id);
  const content = html`<header class="top"><nav aria-label="Pages"><a href="${root}">Console</a></nav><h1>${access.label} for ${requester}</h1></header>
<main>
<section aria-labelledby="now"><h2 id="now">Now</h2>${requestCard(request, root, play.people, Date.now())}
<p class="small">State of the execution: ${play.stateOf(id) ?? "none"}. Request ${id}.</p></section>
<section aria-labelledby="wrong"><h2 id="wrong">What can go wrong with the events</h2>
<div class="row">
${buttonForm(`${root}deliver`, { id, type: "escalate" }, "Deliver escalate again")}
${buttonForm(`${root}deliver`, { id, type: "deescalate" }, "Deliver deescalate again")}
${buttonForm(`${root}stop`, { id }, "Stop the execution")}
</div>
<p class="small">Deliver an event twice, late after the end, or in the wrong order: the deescalate first.</p></section>
<section aria-labelledby="story"><h2 id="story">What happened</h2>${timeline(entries)}</section>
<section aria-labelledby="record"><h2 id="record">What the lease holds</h2>
${lease === undefined ? html`<p class="empty">No lease holds this request: no grant has begun.</p>` : html`<pre tabindex="0">${lease}</pre>`}</section>
</main>`;
  return frame(root, `${access.label} for ${requester}`, true, content);
}
