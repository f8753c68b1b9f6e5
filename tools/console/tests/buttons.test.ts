import { expect, test } from "vitest";
import { inBrowser } from "./browser.test-support.ts";
import { askFor, badgeIs, cellOf, decideAs, holdAs, sees, startPlay } from "./play.test-support.ts";

const robin = "robin@example.com";
const sam = "sam@example.com";

inBrowser("each button of the page", (open) => {
  test("an approval gives access, the time forward ends it", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await askFor(page, "Robin");
    await badgeIs(page, "asked");
    expect(await page.locator(".plan").textContent()).toContain("would get access to IAM group prod-admins");
    expect(members()).toEqual([]);
    await decideAs(page, "Alex", "Approve");
    await badgeIs(page, "held");
    expect(members()).toEqual([robin]);
    expect(await cellOf(page, "Robin")).toBe("member, 1 request");
    await page.getByRole("button", { name: "+ 10 minutes" }).click();
    await sees(page, "10 minutes pass");
    expect(members()).toEqual([robin]);
    await page.getByRole("button", { name: "+ 1 hour" }).click();
    await badgeIs(page, "ended");
    await sees(page, "Your access to IAM group prod-admins in account 123456789012 has ended.");
    expect(members()).toEqual([]);
    expect(await cellOf(page, "Robin")).toBe("no member");
  });

  test("a denial gives nothing, and nobody approves an own request", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await askFor(page, "Robin");
    await badgeIs(page, "asked");
    await decideAs(page, "Robin", "Approve");
    await sees(page, "Nobody approves an own request");
    await decideAs(page, "Sam", "Deny");
    await badgeIs(page, "denied");
    expect(members()).toEqual([]);
  });

  test("the requester is done early, and the next event comes by a button", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await holdAs(page, "Robin");
    await page.getByRole("button", { name: "To the next event" }).click();
    await page.getByText("Your access to Production admins ends at").waitFor();
    expect(members()).toEqual([robin]);
    await page.getByRole("button", { name: "Robin is done" }).click();
    await badgeIs(page, "ended");
    expect(members()).toEqual([]);
    await page.getByText("Nothing waits for a time.").waitFor();
  });

  test("breaking the glass needs a ticket, and then nobody's approval", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await askFor(page, "Robin", { Approval: "break-glass", Reason: "the importer is down" });
    await sees(page, "needs a reason with a ticket");
    expect(members()).toEqual([]);
    await askFor(page, "Robin", { Approval: "break-glass", Reason: "INC-9: the importer is down" });
    await badgeIs(page, "held");
    await page.getByText("The glass of Production admins is broken.").first().waitFor();
    expect(members()).toEqual([robin]);
  });

  test("two requests overlap, and the access ends with the last", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await holdAs(page, "Robin");
    await askFor(page, "Robin", { Duration: "4h" });
    await badgeIs(page, "asked");
    await decideAs(page, "Alex", "Approve");
    await badgeIs(page, "held");
    await expect.poll(() => cellOf(page, "Robin")).toBe("member, 2 requests overlap");
    await page.getByRole("button", { name: "+ 1 hour" }).click();
    await badgeIs(page, "ended", 1);
    expect(members()).toEqual([robin]);
    expect(await cellOf(page, "Robin")).toBe("member, 1 request");
    await page.getByRole("button", { name: "Robin is done" }).click();
    await badgeIs(page, "ended");
    expect(members()).toEqual([]);
  });

  test("standing access needs no request, and outlasts a request", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await askFor(page, "Robin");
    await badgeIs(page, "asked");
    await byHand(page, "Robin", "Admin gives");
    await expect.poll(() => cellOf(page, "Robin")).toBe("member, standing");
    expect(members()).toEqual([robin]);
    await decideAs(page, "Alex", "Approve");
    await badgeIs(page, "held");
    await page.getByRole("button", { name: "Robin is done" }).click();
    await badgeIs(page, "ended");
    expect(members()).toEqual([robin]);
    expect(await cellOf(page, "Robin")).toBe("member, standing");
    await askFor(page, "Robin");
    await badgeIs(page, "refused");
    await page.locator(".status", { hasText: /already|without/ }).waitFor();
    await byHand(page, "Robin", "Admin takes");
    await expect.poll(() => cellOf(page, "Robin")).toBe("no member");
    expect(members()).toEqual([]);
  });

  test("the requester's own change never becomes standing access", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await holdAs(page, "Robin");
    await byHand(page, "Robin", "Robin leaves");
    await expect.poll(() => cellOf(page, "Robin")).toBe("no member, 1 request");
    expect(members()).toEqual([]);
    await byHand(page, "Robin", "Robin joins");
    await expect.poll(() => cellOf(page, "Robin")).toBe("member, 1 request");
    await page.getByRole("button", { name: "Robin is done" }).click();
    await badgeIs(page, "ended");
    expect(members()).toEqual([]);
  });

  for (const [trouble, sentence] of [
    ["throttles each change", "AWS is throttling iam:RemoveUserFromGroup"],
    ["is down for each change", "AWS did not complete iam:RemoveUserFromGroup"],
  ] as const)
    test(`an end while the target system ${trouble} is tried again`, async () => {
      const { address, members } = await startPlay();
      const page = await open(address);
      await holdAs(page, "Robin");
      await choose(page, `The target system ${trouble}`);
      await page.getByRole("button", { name: "Robin is done" }).click();
      await sees(page, sentence);
      await badgeIs(page, "ending");
      expect(members()).toEqual([robin]);
      await choose(page, "Nothing goes wrong");
      await page.getByRole("button", { name: "+ 10 minutes" }).click();
      await badgeIs(page, "ended");
      expect(members()).toEqual([]);
    });

  test("the sweep ends an access whose end has failed", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await holdAs(page, "Robin");
    await choose(page, "The target system is down for each change");
    await page.getByRole("button", { name: "Robin is done" }).click();
    await badgeIs(page, "ending");
    await sees(page, "may not have ended");
    await page.locator(".request a").first().click();
    await page.getByRole("button", { name: "Stop the execution" }).click();
    await page.getByText("An administrator stops the execution").waitFor();
    await page.getByRole("link", { name: "Console" }).click();
    await choose(page, "Nothing goes wrong");
    const sweep = page.getByRole("button", { name: "Run the sweep" });
    await sweep.click();
    await sees(page, "Swept 0 due leases");
    expect(members()).toEqual([robin]);
    for (const _ of [1, 2, 3]) {
      await page.getByRole("button", { name: "+ 1 minute" }).click();
      await sees(page, "1 minute passes");
      await sweep.click();
      await sees(page, "Swept");
    }
    await page.getByText("Swept 1 due leases: 1 finished").waitFor();
    expect(members()).toEqual([]);
    expect(await cellOf(page, "Robin")).toBe("no member");
  });

  test("a lost answer of a change that was made", async () => {
    const { address, members, stage } = await startPlay();
    const page = await open(address);
    await choose(page, "The target system makes the next change, and loses its answer");
    await holdAs(page, "Robin");
    await sees(page, "You now have access to IAM group prod-admins");
    const changes = stage.sandbox.calls.filter(({ action }) => action === "AddUserToGroup");
    expect(changes.map(({ errorCode, status }) => errorCode ?? status)).toEqual(["answer-lost", 200]);
    expect(members()).toEqual([robin]);
    await page.getByText("Now: Nothing goes wrong.").waitFor();
  });

  test("a function that is killed in the middle of its change", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await choose(page, "The function is killed in the middle of the next change");
    await holdAs(page, "Robin");
    await page.getByText("The function of iam-group was killed").first().waitFor();
    expect(members()).toEqual([robin]);
    await page.getByRole("button", { name: "Robin is done" }).click();
    await badgeIs(page, "ended");
    expect(members()).toEqual([]);
  });

  test("an event twice, late, and in the wrong order", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await holdAs(page, "Robin");
    await page.locator(".request a").first().click();
    const escalate = page.getByRole("button", { name: "Deliver escalate again" });
    const deescalate = page.getByRole("button", { name: "Deliver deescalate again" });
    await escalate.click();
    await page.getByText("escalate → granted").nth(1).waitFor();
    expect(members()).toEqual([robin]);
    await deescalate.click();
    await page.getByText("deescalate → revoked").waitFor();
    expect(members()).toEqual([]);
    await escalate.click();
    await page.getByText("escalate → refused").waitFor();
    expect(members()).toEqual([]);
    await deescalate.click();
    await expect.poll(() => page.locator(".timeline strong", { hasText: "deescalate →" }).count()).toBe(2);
    expect(members()).toEqual([]);
  });

  test("a deescalate before its escalate", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await askFor(page, "Robin");
    await badgeIs(page, "asked");
    await page.locator(".request a").first().click();
    await page.getByRole("button", { name: "Deliver deescalate again" }).click();
    await page
      .getByText(/deescalate → /)
      .first()
      .waitFor();
    await decideAs(page, "Alex", "Approve");
    await page
      .getByText(/escalate → (refused|failed)/)
      .first()
      .waitFor();
    expect(members()).toEqual([]);
  });

  test("a stopped execution: the sweep ends the access after its grace", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await holdAs(page, "Robin");
    await page.locator(".request a").first().click();
    await page.getByRole("button", { name: "Stop the execution" }).click();
    await page.getByText("An administrator stops the execution").waitFor();
    expect(members()).toEqual([robin]);
    await page.getByRole("link", { name: "Console" }).click();
    await page.getByRole("button", { name: "Run the sweep" }).click();
    await sees(page, "Swept 0 due leases");
    expect(members()).toEqual([robin]);
    await page.getByRole("button", { name: "Run the watchman" }).click();
    await badgeIs(page, "ended");
    expect(members()).toEqual([]);
  });

  test("different people hold the same access, each for themselves", async () => {
    const { address, members } = await startPlay();
    const page = await open(address);
    await holdAs(page, "Robin");
    await holdAs(page, "Sam");
    expect(members()).toEqual([robin, sam]);
    await page.getByRole("button", { name: "Robin is done" }).click();
    await badgeIs(page, "ended", 1);
    expect(members()).toEqual([sam]);
  });
});

type Page = Awaited<ReturnType<Parameters<Parameters<typeof inBrowser>[1]>[0]>>;

async function choose(page: Page, trouble: string): Promise<void> {
  await page.getByLabel(trouble, { exact: true }).check();
  await page.getByRole("button", { name: "Set" }).click();
  await page.getByText(`Now: ${trouble}.`).waitFor();
}

/** Changes the access to Production admins by hand. */
async function byHand(page: Page, name: string, button: string): Promise<void> {
  const names = await page.locator("thead th").allTextContents();
  const cell = page
    .locator("tbody tr")
    .first()
    .locator("td")
    .nth(names.indexOf(name) - 1);
  const details = cell.locator("details");
  if ((await details.getAttribute("open")) === null) await details.locator("summary").click();
  await cell.getByRole("button", { name: button }).click();
}
