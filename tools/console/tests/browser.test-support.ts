import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { findChromium, launchChromium } from "../src/browser.ts";

const program = findChromium();
const reason = "install Chromium, or set CHROMIUM to the program";

/**
 * Tests in Chromium. Without Chromium the tests are skipped with the reason, and with `CI` set a test fails. `open` opens
 * a page in a window of its own. After each test no page may have asked another origin, or reported an error.
 */
export function inBrowser(title: string, tests: (open: OpenPage) => void): void {
  if (program === undefined) process.stderr.write(`SKIPPED: ${title}: ${reason}\n`);
  test.runIf(process.env["CI"] && program === undefined)(`${title}: ${reason}`, () => {
    expect(program).toBeDefined();
  });
  describe.skipIf(program === undefined)(title, () => {
    let browser: Promise<Browser> | undefined;
    let contexts: BrowserContext[] = [];
    let faults: string[] = [];

    afterEach(async () => {
      await Promise.all(contexts.map((context) => context.close()));
      const found = faults;
      [contexts, faults] = [[], []];
      expect(found).toEqual([]);
    });
    afterAll(async () => (await browser)?.close());

    tests(async (address, options) => {
      browser ??= launchChromium(program ?? "");
      const context = await (await browser).newContext({
        viewport: { width: 1280, height: 900 },
        ...options,
      });
      contexts.push(context);
      const page = await context.newPage();
      watch(page, new URL(address).origin, faults);
      await page.goto(address);
      return page;
    });
  });
}

export type OpenPage = (address: string, options?: BrowserContextOptions) => Promise<Page>;

function watch(page: Page, origin: string, faults: string[]): void {
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && url.protocol !== "data:") faults.push(`another origin: ${request.url()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}
