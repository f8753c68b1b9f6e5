// The frame of every page, and parts that several pages show. `html` escapes every text.
import { html } from "hono/html";

export type Html = ReturnType<typeof html>;

/** `isLive`: the page shows news by itself. */
export function frame(root: string, title: string, isLive: boolean, content: Html): Html {
  return html`<!doctype html>
<html lang="en" data-root="${root}" data-live="${isLive ? "yes" : "no"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${root}pico.css">
<link rel="stylesheet" href="${root}style.css">
<script src="${root}client.js" defer></script>
</head>
<body>
<a class="skip" href="#page">To the content</a>
<p id="notice" class="status" role="alert" hidden></p>
<div id="page">${content}</div>
<p id="busy" role="status" hidden>Working …</p>
</body>
</html>`;
}

/** A time in UTC; the page's script adds the local time as its title. */
export function moment(time: number): Html {
  const iso = new Date(time).toISOString();
  return html`<time datetime="${iso}" data-local>${iso.slice(11, 16)} UTC</time>`;
}

/** A moment with its date, and the local time beside. */
export function day(time: number): Html {
  const iso = new Date(time).toISOString();
  return html`<time datetime="${iso}" data-local>${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC<span class="local"></span></time>`;
}

/** A form of one button. */
export function buttonForm(
  action: string,
  fields: Record<string, string>,
  text: string,
  kind = "secondary outline",
): Html {
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form method="post" action="${action}" class="inline">${hidden}<button type="submit" class="${kind}">${text}</button></form>`;
}

export function options(list: [value: string, text: string][], selected?: string): Html[] {
  return list.map(
    ([value, text]) =>
      html`<option value="${value}" ${value === selected ? "selected" : ""}>${text}</option>`,
  );
}
