// The page's script: shows news at once, sends forms without leaving the page, and adds the local time beside UTC.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { Idiomorph } from "idiomorph";

const root = document.documentElement.dataset["root"] ?? "/";
let isRefreshing = false;
let isOld = false;

async function refresh(): Promise<void> {
  isOld = true;
  if (isRefreshing) return;
  isRefreshing = true;
  while (isOld) {
    isOld = false;
    const response = await fetch(location.href).catch(() => undefined);
    if (response?.ok) await show(await response.text());
  }
  isRefreshing = false;
}

/** Changes what has changed, so that focus, entered text and the reader's place stay. */
async function show(text: string): Promise<void> {
  const next = new DOMParser().parseFromString(text, "text/html").querySelector("#page");
  const page = document.querySelector("#page");
  if (next === null || page === null) return;
  await Idiomorph.morph(page, next, {
    callbacks: { beforeNodeMorphed: isNews, beforeAttributeUpdated: keepOpen },
  });
  addLocalTimes();
}

/** A field whose markup is as before keeps what the reader has entered or chosen in the field. */
function isNews(node: Node, next: Node): boolean {
  const isField = node instanceof HTMLInputElement || node instanceof HTMLOptionElement;
  return !(isField && node.isEqualNode(next));
}

/** What the reader has opened stays open. */
function keepOpen(attribute: string, node: Element): boolean {
  return !(attribute === "open" && node instanceof HTMLDetailsElement);
}

function addLocalTimes(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-local]")) {
    const date = new Date(time.dateTime);
    if (date.getTimezoneOffset() === 0) continue;
    const local = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    time.title = `${local} local time`;
    const shown = time.querySelector("span");
    if (shown) shown.textContent = ` (${local} here)`;
  }
}

/** What the server says when it refuses a form, or that no server answers. Empty takes the notice away. */
function tell(notice: string): void {
  const shown = document.querySelector<HTMLElement>("#notice");
  if (shown === null) return;
  shown.hidden = notice === "";
  shown.textContent = notice;
}

const gone = "The console does not answer. Start npm run console again, and open its new address.";

/** Shows that work goes on, if the work takes longer than a moment. */
async function busy<T>(work: Promise<T>): Promise<T> {
  const shown = document.querySelector<HTMLElement>("#busy");
  const begin = setTimeout(() => shown?.removeAttribute("hidden"), 300);
  try {
    return await work;
  } finally {
    clearTimeout(begin);
    shown?.setAttribute("hidden", "");
  }
}

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  event.preventDefault();
  const fields = new FormData(form, submitter);
  const body = new URLSearchParams([...fields].map(([name, value]) => [name, String(value)]));
  const sent = fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => undefined);
  const response = await busy(sent);
  // A form that the server has taken leads to a page, which `redirect: "manual"` hides.
  if (response === undefined) tell(gone);
  else tell(response.type === "opaqueredirect" ? "" : await response.text());
  await refresh();
});

addLocalTimes();
if (document.documentElement.dataset["live"] === "yes") {
  const source = new EventSource(`${root}events`);
  source.addEventListener("change", refresh);
  // What has changed since the server sent this page, or while no server answered.
  source.addEventListener("open", () => {
    tell("");
    void refresh();
  });
  source.addEventListener("error", () => tell(gone));
}
