import { expect, test } from "vitest";
import { violations } from "./axe.test-support.ts";
import { inBrowser } from "./browser.test-support.ts";
import { askFor, badgeIs, holdAs, startPlay } from "./play.test-support.ts";

const readers = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["phone", { colorScheme: "light", viewport: { width: 360, height: 740 } }],
  ["dark phone", { colorScheme: "dark", viewport: { width: 360, height: 740 } }],
] as const;

inBrowser("accessibility", (open) => {
  for (const [name, options] of readers)
    test(`axe finds nothing in the pages that play, ${name}`, async () => {
      const { address, play } = await startPlay();
      const page = await open(address, options);
      expect(await violations(page)).toEqual([]);
      await holdAs(page, "Robin");
      await askFor(page, "Sam");
      await badgeIs(page, "asked");
      await askFor(page, "Kim", { Approval: "break-glass", Reason: "no ticket" });
      play.choose("down");
      await page.getByText("Now: The target system is down for each change.").waitFor();
      for (const summary of await page.locator("summary").all()) await summary.click();
      expect(await violations(page)).toEqual([]);
      await page.goto(`${address}requests/${(await play.requests()).at(-1)?.id}`);
      for (const summary of await page.locator("summary").all()) await summary.click();
      expect(await violations(page)).toEqual([]);
    });
});
