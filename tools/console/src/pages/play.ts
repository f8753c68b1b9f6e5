import type { AccessRequest, Person } from "@sym/flow";
import type { Lease } from "@sym/leases/lease";
import { html } from "hono/html";
import { nameOf } from "../play/cast.ts";
import { leasesOf } from "../play/leases.ts";
import type { Play } from "../play/play.ts";
import type { Offered } from "../play/stage.ts";
import { troubles } from "../play/trouble.ts";
import { buttonForm, day, frame, type Html, moment, options } from "./parts.ts";
import { requestCard } from "./request-card.ts";
import { timeline } from "./timeline.ts";

const mostEntries = 40;
const mostRequests = 30;

/** The page of a flow that plays. */
export async function playPage(play: Play, root: string): Promise<Html> {
  const [requests, leases] = await Promise.all([play.requests(), leasesOf(play.stage)]);
  const rows = await Promise.all(play.offered.map((offered) => rowOf(play, root, offered, requests, leases)));
  const { entries } = play.journal;
  // A message repeats what its event has said.
  const last = entries.findLast(({ kind }) => kind !== "message");
  const content = html`<header class="top"><h1>Access, from asking to its end</h1><p>Everything runs on this machine, with the built bundles. Ask, approve, let time pass, and break things.</p></header>
<p role="status" class="${last?.isBad ? "status bad" : "status"}">${last ? html`<strong>${last.title}.</strong> ${last.sentence}` : "Ask for access to begin: choose a person and a target."}</p>
${play.stage.leftOut.map((sentence) => html`<p class="small">${sentence}</p>`)}
<main class="columns">
<div class="controls">
<section aria-labelledby="ask"><h2 id="ask">Ask</h2>${askForm(play, root)}</section>
<section aria-labelledby="time"><h2 id="time">Time</h2>${timeForms(play, root)}</section>
<section aria-labelledby="trouble"><h2 id="trouble">What goes wrong</h2>${troubleForm(play, root)}</section>
</div>
<div class="view">
<section aria-labelledby="requests"><h2 id="requests">Requests</h2>
${requests.length === 0 ? html`<p class="empty">Nobody has asked yet. Choose a person and a target, and ask.</p>` : html`<div class="cards">${requests.slice(0, mostRequests).map((request) => requestCard(request, root, play.people, Date.now()))}</div>`}</section>
<section aria-labelledby="who"><h2 id="who">Who has what now</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Table of access"><table><thead><tr><th scope="col">Target</th>${play.people.map((person) => html`<th scope="col">${nameOf(person)}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>
<section aria-labelledby="events"><h2 id="events">What happened, the newest first</h2>${timeline(entries.slice(-mostEntries).reverse(), root)}</section>
</div>
</main>`;
  return frame(root, "Console", true, content);
}

function askForm({ people, offered }: Play, root: string): Html {
  const things = offered.map(({ thing, deployed }): [string, string] => [
    thing.target,
    `${thing.label} (${deployed.target.system})`,
  ]);
  return html`<form method="post" action="${root}ask" id="ask-form">
<label>Person <select name="person">${options(people.map((person) => [person, nameOf(person)]))}</select></label>
<label>Target <select name="target">${options(things)}</select></label>
<div class="pair"><label>Duration <select name="duration">${options(
    ["10m", "30m", "1h", "4h"].map((text) => [text, text]),
    "30m",
  )}</select></label>
<label>Approval <select name="route">${options([
    ["approval", "By an approver"],
    ["break-glass", "Break the glass"],
  ])}</select></label></div>
<label>Reason <input name="reason" value="INC-7: restart the importer" maxlength="1200"></label>
<button type="submit">Ask</button>
</form>`;
}

function timeForms(play: Play, root: string): Html {
  const next = play.nextAt();
  const steps: [string, string][] = [
    ["1", "1 minute"],
    ["10", "10 minutes"],
    ["60", "1 hour"],
  ];
  return html`<p class="clock">${day(Date.now())}</p>
<div class="row">${steps.map(([minutes, text]) => buttonForm(`${root}time`, { minutes }, `+ ${text}`))}</div>
${next === undefined ? html`<p class="small">Nothing waits for a time.</p>` : html`<div class="row">${buttonForm(`${root}next`, {}, "To the next event")}<span class="small">at ${moment(next)}</span></div>`}
<div class="row">${buttonForm(`${root}sweep`, {}, "Run the sweep")}${buttonForm(`${root}watch`, {}, "Run the watchman")}</div>`;
}

function troubleForm(play: Play, root: string): Html {
  const chosen = play.trouble();
  const choices = Object.entries(troubles).map(
    ([value, text]) =>
      html`<label class="choice"><input type="radio" name="trouble" value="${value}" ${value === chosen ? "checked" : ""}> ${text}</label>`,
  );
  return html`<form method="post" action="${root}trouble"><fieldset><legend class="visually-hidden">What goes wrong</legend>${choices}</fieldset>
<button type="submit" class="secondary outline">Set</button></form>
<p class="small">Now: ${troubles[chosen]}.</p>`;
}

async function rowOf(
  play: Play,
  root: string,
  offered: Offered,
  requests: AccessRequest[],
  leases: Lease[],
): Promise<Html> {
  const { thing, deployed } = offered;
  const cells = await Promise.all(
    play.people.map(async (person) => cellOf(play, root, offered, person, requests, leases)),
  );
  return html`<tr><th scope="row">${thing.label} <small>${deployed.target.system}</small></th>${cells}</tr>`;
}

async function cellOf(
  play: Play,
  root: string,
  { thing, deployed }: Offered,
  person: Person,
  requests: AccessRequest[],
  leases: Lease[],
): Promise<Html> {
  const { target } = deployed;
  const { sandbox } = play.stage;
  const [state, holds] = await Promise.all([
    target.stateOf(sandbox, person, thing),
    target.holds(sandbox, person, thing),
  ]);
  const isOwn = ({ requester }: AccessRequest) => thing.isForAll || requester === person;
  const own = requests.filter((one) => one.target === thing.target && isOwn(one)).map(({ id }) => id);
  const open = leases.flatMap(({ runs }) => [...runs.keys()]).filter((run) => own.includes(run)).length;
  const why =
    holds && open === 0 ? "standing" : open > 1 ? `${open} requests overlap` : open === 1 ? "1 request" : "";
  const fields = { target: thing.target, person };
  return html`<td class="${holds ? "on" : "off"}"><span class="state">${state}</span>${why ? html` <span class="why">${why}</span>` : ""}
<details id="hand-${thing.target}-${person}"><summary>By hand</summary>
<div class="stack">${buttonForm(`${root}change`, { ...fields, by: "admin", holds: "yes" }, "Admin gives")}${buttonForm(`${root}change`, { ...fields, by: "admin", holds: "no" }, "Admin takes")}${buttonForm(`${root}change`, { ...fields, by: "requester", holds: holds ? "no" : "yes" }, holds ? `${nameOf(person)} leaves` : `${nameOf(person)} joins`)}</div></details></td>`;
}
