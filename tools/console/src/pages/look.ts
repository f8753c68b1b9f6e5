import { type AccessRequest, meaningOf, statuses } from "@sym/flow";
import { html } from "hono/html";
import type { Look } from "../look/look.ts";
import { type LeaseRow, type LookFilter, leaseStates, rowsOf, type StoredLease } from "../look/rows.ts";
import { day, frame, type Html, options } from "./parts.ts";

const perPage = 100;

type Query = LookFilter & { page: number };

/** Who has what now, in a deployment. */
export async function leasesPage(look: Look, root: string, query: Query): Promise<Html> {
  const { value, at, problem } = await look.leases.get();
  const rows = rowsOf(value, query, Date.now());
  const page = Math.min(query.page, lastPage(rows.length));
  const systems = [...new Set(value.leases.map(({ functionName }) => functionName))].sort();
  const shown = rows.slice((page - 1) * perPage, page * perPage);
  const content = html`${head(look, root, "Who has what now", at, problem)}
<main>
<search><form method="get" action="${root}" class="row">
<label>Person <input name="person" value="${query.person}" maxlength="254"></label>
<label>System <select name="system">${options([["", "All"], ...systems.map((one): [string, string] => [one, one])], query.system)}</select></label>
<label>State <select name="state">${options([["", "All"], ...leaseStates.map((one): [string, string] => [one, one]), ["standing", "standing"]], query.state)}</select></label>
<button type="submit">Filter</button>
</form></search>
<p role="status">${counted(rows.length, "lease")}${value.broken.length > 0 ? html`, ${counted(value.broken.length, "broken record")}` : ""}</p>
${shown.length === 0 ? html`<p class="empty">${value.leases.length === 0 ? "The tables hold no lease: nobody has had access by a request yet." : "No lease fits. Clear a filter."}</p>` : tableOf(shown, root)}
${pager({ ...query, page }, rows.length, root)}
${brokenOf(value.broken)}
</main>`;
  return frame(root, "Who has what now", false, content);
}

function head(look: Look, root: string, title: string, at: number, problem: string | undefined): Html {
  return html`<header class="top">
<nav aria-label="Pages"><a href="${root}">Leases</a>${look.requests ? html` <a href="${root}requests">Requests</a>` : ""}</nav>
<h1>${title}</h1>
<p>${look.place}. This page changes nothing.</p>
<p class="small">As of ${day(at)}. Load the page again for news.</p>
${problem ? html`<p class="status bad" role="alert">The tables could not be read again: ${problem}</p>` : ""}</header>`;
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

function tableOf(rows: LeaseRow[], root: string): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Leases"><table>
<thead><tr><th scope="col">Who</th><th scope="col">What</th><th scope="col">State</th><th scope="col">Until</th><th scope="col">Before</th></tr></thead>
<tbody>${rows.map((row) => rowOf(row, root))}</tbody></table></div>`;
}

function rowOf({ lease, state, until, isStanding }: LeaseRow, root: string): Html {
  const { subject, resource } = lease.access.names;
  const address = `${root}lease?${new URLSearchParams({ table: lease.table, key: lease.key })}`;
  return html`<tr><th scope="row"><a href="${address}">${subject}</a></th><td>${resource}</td>
<td><span class="badge ${state}">${state}</span>${lease.failure ? html`<small>${lease.failure.sentence}</small>` : ""}</td>
<td>${until === undefined ? "" : until === null ? "no end" : day(until)}${lease.runs.size > 1 ? html`<small>${lease.runs.size} requests overlap</small>` : ""}</td>
<td>${isStanding ? html`<strong>standing</strong>: ${lease.standing}` : (lease.standing ?? "unknown")}</td></tr>`;
}

function lastPage(count: number): number {
  return Math.max(1, Math.ceil(count / perPage));
}

function pager({ page, ...filter }: Query, count: number, root: string): Html {
  const last = lastPage(count);
  if (last === 1) return html``;
  const to = (one: number) => `${root}?${new URLSearchParams({ ...filter, page: String(one) })}`;
  return html`<nav class="row" aria-label="Pages of the list"><span>Page ${page} of ${last}</span>
${page > 1 ? html`<a href="${to(page - 1)}" rel="prev">Previous</a>` : ""}
${page < last ? html`<a href="${to(page + 1)}" rel="next">Next</a>` : ""}</nav>`;
}

function brokenOf(broken: { record: string; problem: string; table: string }[]): Html {
  if (broken.length === 0) return html``;
  return html`<section aria-labelledby="broken"><h2 id="broken">Broken records</h2><ul>${broken
    .slice(0, perPage)
    .map(({ record, problem, table }) => html`<li>${record} in ${table}: ${problem}</li>`)}</ul></section>`;
}

/** What the record holds of one lease. */
export async function leasePage(
  look: Look,
  root: string,
  table: string,
  key: string,
): Promise<Html | undefined> {
  const { value, at, problem } = await look.leases.get();
  const lease = value.leases.find((one) => one.table === table && one.key === key);
  if (lease === undefined) return undefined;
  const content = html`${head(look, root, lease.access.names.resource, at, problem)}
<main><p>${lease.access.names.subject}</p>
<h2>Requests</h2>${runsOf(lease, root, look)}
<h2>The record</h2><pre tabindex="0">${JSON.stringify(lease, (_, field) => (field instanceof Map ? Object.fromEntries(field) : field), 2)}</pre></main>`;
  return frame(root, "Lease", false, content);
}

function runsOf({ runs }: StoredLease, root: string, look: Look): Html {
  if (runs.size === 0) return html`<p class="empty">No request holds this lease.</p>`;
  return html`<ul>${[...runs].map(
    ([id, { state, expiresAt }]) =>
      html`<li>${look.requests && id.startsWith("flow-") ? html`<a href="${root}requests/${id}">${id}</a>` : id}: ${state}, ${expiresAt === null ? "no end" : html`until ${day(expiresAt)}`}</li>`,
  )}</ul>`;
}

/** The requests of a deployed flow. */
export async function requestsPage(
  look: Look,
  root: string,
  status: string,
  page: number,
): Promise<Html | undefined> {
  if (look.requests === undefined) return undefined;
  const { value, at, problem } = await look.requests.get();
  const all = value.requests.filter((one) => status === "" || one.status === status);
  const shown = all.slice((page - 1) * perPage, page * perPage);
  const to = (one: number) => `${root}requests?${new URLSearchParams({ status, page: String(one) })}`;
  const content = html`${head(look, root, "Requests", at, problem)}
<main><search><form method="get" action="${root}requests" class="row">
<label>Status <select name="status">${options([["", "All"], ...statuses.map((one): [string, string] => [one, one])], status)}</select></label>
<button type="submit">Filter</button></form></search>
<p role="status">${counted(all.length, "request")}${value.broken.length > 0 ? html`, ${counted(value.broken.length, "broken record")}: ${value.broken.slice(0, 10).join(", ")}` : ""}</p>
${shown.length === 0 ? html`<p class="empty">No request fits.</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="Requests"><table><thead><tr><th scope="col">Who</th><th scope="col">What</th><th scope="col">Status</th><th scope="col">Asked</th></tr></thead><tbody>${shown.map((one) => requestRow(one, root))}</tbody></table></div>`}
<nav class="row" aria-label="Pages of the list"><span>Page ${page}</span>${page > 1 ? html`<a href="${to(page - 1)}">Previous</a>` : ""}${page * perPage < all.length ? html`<a href="${to(page + 1)}">Next</a>` : ""}</nav></main>`;
  return frame(root, "Requests", false, content);
}

function requestRow(request: AccessRequest, root: string): Html {
  const { id, requester, access, status, times } = request;
  return html`<tr><th scope="row"><a href="${root}requests/${id}">${requester}</a></th><td>${access.label}</td>
<td><span class="badge ${status}">${status}</span><small>${meaningOf(request, Date.now())}</small></td><td>${day(times.asked)}</td></tr>`;
}

/** One request of a deployed flow, as its record tells it. */
export async function lookRequestPage(look: Look, root: string, id: string): Promise<Html | undefined> {
  const request = await look.request(id);
  if (request === undefined) return undefined;
  const { requester, access, status, reason, decisions, messages, answers } = request;
  const content = html`${head(look, root, `${access.label} for ${requester}`, Date.now(), undefined)}
<main><p><span class="badge ${status}">${status}</span> ${meaningOf(request, Date.now())}</p>
<p>Reason: <q>${reason}</q></p>
<h2>Decisions</h2>${decisions.length === 0 ? html`<p class="empty">Nobody has decided.</p>` : html`<ul>${decisions.map(({ by, what, door, at }) => html`<li>${day(at)} ${by}: ${what}, by ${door}</li>`)}</ul>`}
<h2>Answers of the handler</h2><ul>${Object.entries(answers).map(([event, answer]) => answer && html`<li>${day(answer.at)} ${event}: ${answer.message} ${answer.errors.join(" ")}</li>`)}</ul>
<h2>Messages</h2><ul>${messages.map(({ at, kind, to, text, told, problem }) => html`<li>${day(at)} ${kind}, to ${to}${told === null ? ", not told yet" : ""}: ${text} ${problem ?? ""}</li>`)}</ul></main>`;
  return frame(root, `${access.label} for ${requester}`, false, content);
}
