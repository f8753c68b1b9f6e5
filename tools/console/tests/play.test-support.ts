import type { Page } from "playwright-core";
import { afterEach, expect } from "vitest";
import { installClock } from "../src/clock.ts";
import { openPlay } from "../src/play/play.ts";
import { openStage } from "../src/play/stage.ts";
import { playRoutes } from "../src/web/play-routes.ts";
import { startServer } from "../src/web/server.ts";

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A console of its own for a test, in this process. `members` are those of the IAM group prod-admins. */
export async function startPlay(handlers = ["iam-group"]) {
  installClock();
  const stage = await openStage(handlers);
  const play = await openPlay(stage);
  const { address, close } = await startServer(playRoutes(play));
  open.push(async () => {
    await close();
    await stage.close();
  });
  return { address, play, stage, members: () => stage.sandbox.iam.members("prod-admins") };
}

/** The last news, in the box at the head of the page. */
export async function sees(page: Page, text: string | RegExp): Promise<void> {
  await page.locator(".status", { hasText: text }).waitFor();
}

/** Asks for Production admins. `name` as in the list of people. */
export async function askFor(page: Page, name: string, more: Record<string, string> = {}): Promise<void> {
  const form = page.locator("#ask-form");
  const list = (label: string) => form.getByRole("combobox", { name: label, exact: true });
  await list("Person").selectOption({ label: name });
  for (const [label, value] of Object.entries(more))
    if (label === "Reason") await form.getByRole("textbox", { name: label }).fill(value);
    else await list(label).selectOption(value);
  await form.getByRole("button", { name: "Ask" }).click();
}

/** Decides on the newest request. */
export async function decideAs(page: Page, name: string, what: "Approve" | "Deny"): Promise<void> {
  const card = page.locator(".request").first();
  await card.getByRole("combobox", { name: "Decide as" }).selectOption({ label: name });
  await card.getByRole("button", { name: what }).click();
}

/** Asks for Production admins, and lets another person approve. */
export async function holdAs(page: Page, name: string, approver = "Alex"): Promise<void> {
  await askFor(page, name);
  const newest = page.locator(".request h3").first();
  await expect.poll(() => newest.textContent()).toContain(name);
  await badgeIs(page, "asked");
  await decideAs(page, approver, "Approve");
  await badgeIs(page, "held");
}

/** Waits for the status of a request; 0 is the newest. */
export async function badgeIs(page: Page, status: string, index = 0): Promise<void> {
  const badge = page.locator(".request .badge").nth(index);
  await expect.poll(() => badge.textContent()).toBe(status);
}

/** What the table of access says of a person and Production admins. */
export async function cellOf(page: Page, name: string): Promise<string> {
  const names = await page.locator("thead th").allTextContents();
  const cell = page
    .locator("tbody tr")
    .first()
    .locator("td")
    .nth(names.indexOf(name) - 1);
  return ((await cell.locator(".state, .why").allTextContents()) ?? []).join(", ");
}
