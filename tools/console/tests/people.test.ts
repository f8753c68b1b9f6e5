import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { inBrowser } from "./browser.test-support.ts";
import { askFor, badgeIs, cellOf, decideAs, holdAs, sees, startPlay } from "./play.test-support.ts";

const robin = "robin@example.com";
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
const hidden = "\u202e";

inBrowser("the page for people", (open) => {
  test("a whole request with the keyboard alone, and the focus visible at each step", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await tabTo(page, "Ask");
    await page.keyboard.press("Enter");
    await badgeIs(page, "asked");
    await tabTo(page, "Sam");
    await page.keyboard.press("ArrowDown");
    await tabTo(page, "Approve");
    await page.keyboard.press("Enter");
    await badgeIs(page, "held");
    expect(members()).toEqual([robin]);
    await page.getByText("Alex approves").first().waitFor();
    await tabTo(page, "By hand");
    await page.keyboard.press("Enter");
    await tabTo(page, "Robin leaves");
    await page.keyboard.press("Space");
    await expect.poll(() => cellOf(page, "Robin")).toBe("no member, 1 request");
    expect(await focused(page)).toBe("Robin joins");
    await tabTo(page, "+ 1 hour");
    await page.keyboard.press("Enter");
    await badgeIs(page, "ended");
  });

  test("the first Tab leads past the head of the page", async () => {
    const { address } = await startPlay();
    const page = await open(address);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("To the content");
    expect(await page.locator(".skip").boundingBox()).toMatchObject({ x: expect.toSatisfy((x) => x >= 0) });
  });

  for (const [what, path] of [
    ["play", ""],
    ["request", "requests/"],
  ] as const)
    test(`the ${what} page fits into 360 pixels, and tables scroll in their region`, async () => {
      const { address, play } = await startPlay();
      const long = `INC-7: ${"unbreakable".repeat(27)}`;
      const id = await asked(play, long);
      await play.decide(id, person("alex"), "approve");
      const page = await open(`${address}${path}${path && id}`, phone);
      const width = await page.evaluate("document.documentElement.scrollWidth");
      expect(width).toBe(360);
      for (const region of await page.locator("pre, .scroll").all())
        expect((await region.boundingBox())?.width ?? 0).toBeLessThanOrEqual(360);
      if (path === "") {
        const table = page.locator(".scroll").first();
        expect(await table.evaluate((one) => one.scrollWidth > one.clientWidth)).toBe(true);
      }
    });

  test("dark where the reader's system is dark", async () => {
    const { address } = await startPlay();
    const [light, dark] = [
      await open(address, { colorScheme: "light" }),
      await open(address, { colorScheme: "dark" }),
    ];
    expect(await lightness(light)).toBeGreaterThan(200);
    expect(await lightness(dark)).toBeLessThan(60);
  });

  test("nothing moves for readers who prefer less motion", async () => {
    const { address } = await startPlay();
    const page = await open(address, { reducedMotion: "reduce" });
    await askFor(page, "Robin");
    await badgeIs(page, "asked");
    const moving = await page.evaluate(`[...document.querySelectorAll("*")].filter((one) => {
      const { transitionDuration, animationName } = getComputedStyle(one);
      return animationName !== "none" || transitionDuration.split(",").some((time) => parseFloat(time) > 0.001);
    }).length`);
    expect(moving).toBe(0);
    expect(await page.evaluate("document.getAnimations().length")).toBe(0);
  });

  test("a whole request without the page's script", async () => {
    const { address, members } = await startPlay();
    const page = await open(address, { javaScriptEnabled: false });
    await askFor(page, "Robin");
    await badgeIs(page, "asked");
    expect(page.url()).toBe(address);
    await decideAs(page, "Alex", "Approve");
    await badgeIs(page, "held");
    expect(members()).toEqual([robin]);
    await page.locator(".request a").first().click();
    const story = page.url();
    await page.getByRole("button", { name: "Deliver deescalate again" }).click();
    await page.getByText("deescalate → revoked").waitFor();
    expect(page.url()).toBe(story);
    expect(members()).toEqual([]);
  });

  for (const reason of [
    "INC-7: <script>alert(1)</script>",
    'INC-7: "><img src=x onerror=alert(1)>',
    "INC-7: <!channel> <@U123>",
    `INC-7: ${hidden}nimda${hidden}`,
    `INC-7: ${"a".repeat(293)}`,
  ])
    test(`a reason is shown as text: ${JSON.stringify(reason).slice(0, 40)}`, async () => {
      const { address, members, play } = await startPlay();
      const page = await open(address, phone);
      await askFor(page, "Robin", { Reason: reason });
      await badgeIs(page, "asked");
      expect(await page.locator(".request q").textContent()).toBe(reason);
      expect(await page.locator("main script, main img").count()).toBe(0);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
      await decideAs(page, "Alex", "Approve");
      await badgeIs(page, "held");
      expect(members()).toEqual([robin]);
      await page.goto(`${address}requests/${(await play.requests())[0]?.id}`);
      expect(await page.locator(".request q").textContent()).toBe(reason);
    });

  test("a reason that turns the direction of writing turns no other text", async () => {
    const { address } = await startPlay();
    const page = await open(address);
    await askFor(page, "Robin", { Reason: `INC-7: ${hidden}nimda` });
    await badgeIs(page, "asked");
    for (const [selector, count] of [
      [".request q", 1],
      [".timeline .said", 1],
    ] as const) {
      const texts = page.locator(selector, { hasText: "nimda" });
      expect(await texts.count()).toBeGreaterThanOrEqual(count);
      for (const text of await texts.all())
        expect(await text.evaluate((one) => getComputedStyle(one).unicodeBidi)).toMatch(/isolate|plaintext/);
    }
  });

  test("a reason of 1,200 characters is refused with a sentence", async () => {
    const { address } = await startPlay();
    const page = await open(address);
    await askFor(page, "Robin", { Reason: `INC-7: ${"b".repeat(1_193)}` });
    await sees(page, "The reason has more than 1000 characters");
    expect(await page.locator(".request").count()).toBe(0);
  });

  test("a second page sees news, and what its reader enters stays", async () => {
    const { address, play } = await startPlay();
    const [first, second] = [await open(address), await open(address)];
    const reason = second.getByRole("textbox", { name: "Reason" });
    await reason.fill("INC-8: half");
    await reason.press("End");
    await second.locator("#ask-form").getByRole("combobox", { name: "Duration" }).selectOption("4h");
    await second.getByLabel("The target system is down for each change").check();
    await askFor(first, "Robin");
    const approver = second.getByRole("combobox", { name: "Decide as" }).last();
    await approver.selectOption({ label: "Kim" });
    await reason.focus();
    await holdAs(first, "Sam");
    await badgeIs(second, "held");
    expect(await approver.inputValue()).toBe("kim@example.com");
    expect(await reason.inputValue()).toBe("INC-8: half");
    expect(await second.evaluate("document.activeElement.name")).toBe("reason");
    await second.keyboard.type("-typed");
    expect(await reason.inputValue()).toBe("INC-8: half-typed");
    expect(await second.locator("#ask-form select[name=duration]").inputValue()).toBe("4h");
    expect(await second.getByLabel("The target system is down for each change").isChecked()).toBe(true);
    await second.locator(".timeline summary").first().click();
    await play.pass(60_000);
    await second.getByText("1 minute passes").first().waitFor();
    expect(await second.locator(".timeline details[open]").count()).toBe(1);
  });

  test("news between the page and its first event are shown", async () => {
    const { address, play } = await startPlay();
    const page = await open(address);
    let listen: () => void = () => undefined;
    await page.route("**/events", async (route) => {
      await new Promise<void>((resolve) => {
        listen = resolve;
      });
      await route.continue();
    });
    await page.reload();
    play.choose("down");
    await page.getByText("Now: Nothing goes wrong.").waitFor();
    listen();
    await page.getByText("Now: The target system is down for each change.").waitFor();
    expect(await page.getByLabel("The target system is down for each change").isChecked()).toBe(true);
  });
});

type Play = Awaited<ReturnType<typeof startPlay>>["play"];

function person(name: string): Play["people"][number] {
  return `${name}@example.com` as Play["people"][number];
}

async function asked(play: Play, reason: string): Promise<string> {
  const made = await play.ask({
    ...{ requester: person("robin"), target: "prod-admins", duration: 1_800, route: "approval", reason },
  });
  if ("refusal" in made) throw new Error(made.refusal);
  return made.id;
}

/** Presses Tab until the focus is on a control with this name, and checks that each control on the way shows the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate("document.activeElement === document.body")) === true) continue;
    expect(await page.evaluate(isFocusVisible)).toBe(true);
    if ((await focused(page)) === name) return;
  }
  throw new Error(`Tab does not lead to ${name}`);
}

const isFocusVisible = `(() => {
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
  return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
})()`;

/** The text of the control with the focus; of a list, its choice. */
async function focused(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const one = document.activeElement;
    return (one.selectedOptions?.[0] ?? one).textContent.trim();
  })()`);
}

/** From 0, black, to 255. */
async function lightness(page: Page): Promise<number> {
  const color = String(await page.evaluate("getComputedStyle(document.documentElement).backgroundColor"));
  return Math.max(...(color.match(/\d+/g) ?? []).slice(0, 3).map(Number));
}
