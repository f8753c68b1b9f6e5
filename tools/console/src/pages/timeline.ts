import { html } from "hono/html";
import type { Entry } from "../play/journal.ts";
import { type Html, moment } from "./parts.ts";

/** What happened, in the order of the entries. With `root`, an entry links to the page of its request. */
export function timeline(entries: Entry[], root?: string): Html {
  if (entries.length === 0) return html`<p class="empty">Nothing has happened yet.</p>`;
  return html`<ol class="timeline">${entries.map((entry) => entryOf(entry, root))}</ol>`;
}

function entryOf(
  { number, at, kind, title, sentence, isBad, change, calls, logs, request }: Entry,
  root: string | undefined,
): Html {
  return html`<li id="entry-${number}" class="${kind} ${isBad ? "bad" : ""}">
<p class="head"><span class="when">${moment(at)}</span> <strong>${title}</strong>${root && request ? html` <a class="of" href="${root}requests/${request}">request</a>` : ""}</p>
${sentence ? html`<p class="said">${sentence}</p>` : ""}
${change ? changeOf(change) : ""}
${calls && calls.length > 0 ? callsOf(calls, number) : ""}
${logs && logs.length > 0 ? html`<details id="logs-${number}"><summary>${logs.length} log ${logs.length === 1 ? "line" : "lines"}</summary><pre tabindex="0">${logs.join("\n")}</pre></details>` : ""}
</li>`;
}

function changeOf({ what, before, after }: NonNullable<Entry["change"]>): Html {
  return before === after
    ? html`<p class="change">${what}: ${after}, as before</p>`
    : html`<p class="change">${what}: <del>${before}</del> → <ins>${after}</ins></p>`;
}

function callsOf(calls: NonNullable<Entry["calls"]>, number: number): Html {
  const lines = calls.map(
    ({ service, action, status, errorCode }) => `${service} ${action}  ${errorCode ?? status}`,
  );
  const { length } = lines;
  return html`<details id="calls-${number}"><summary>${length} ${length === 1 ? "call" : "calls"}</summary><pre tabindex="0">${lines.join("\n")}</pre></details>`;
}
