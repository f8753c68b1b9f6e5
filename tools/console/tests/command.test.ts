// The real command, from its start to Ctrl-C.
import { expect, test } from "vitest";
import { inBrowser } from "./browser.test-support.ts";
import { runToEnd, startCommand } from "./command.test-support.ts";
import { askFor, badgeIs, cellOf, decideAs, sees } from "./play.test-support.ts";

inBrowser("the command", (open) => {
  test("a request from asking to its end, and Ctrl-C ends everything", async () => {
    const began = performance.now();
    const { address, end, processes } = await startCommand(["iam-group"]);
    const page = await open(address);
    await page.getByRole("heading", { name: "Ask", exact: true }).waitFor();
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    process.stdout.write(`From the command to the page: ${seconds} s, with the start of Chromium.\n`);
    await askFor(page, "Robin", { Duration: "10m" });
    await badgeIs(page, "asked");
    await decideAs(page, "Alex", "Approve");
    await badgeIs(page, "held");
    expect(await cellOf(page, "Robin")).toBe("member, 1 request");
    await page.getByRole("button", { name: "+ 10 minutes" }).click();
    await badgeIs(page, "ended");
    await sees(page, "has ended");
    expect(await cellOf(page, "Robin")).toBe("no member");
    // The function's process waits for its next event.
    expect(processes().length).toBeGreaterThan(1);
    await page.close();
    expect(await end("SIGINT", "group")).toBe(0);
    expect(processes()).toEqual([]);
  });
});

for (const whom of ["command", "group"] as const)
  test(`an interrupt of the ${whom} ends everything, while a request runs and a page listens`, async () => {
    const { address, end, processes } = await startCommand(["iam-group"]);
    const { origin } = new URL(address);
    const post = (name: string, fields: Record<string, string>) =>
      fetch(`${address}${name}`, { method: "POST", body: new URLSearchParams(fields), headers: { origin } });
    const events = await fetch(`${address}events`);
    await post("trouble", { trouble: "down" });
    const running = post("ask", {
      ...{ person: "robin@example.com", target: "prod-admins", duration: "10m", route: "break-glass" },
      reason: "INC-9: the importer is down",
    }).catch((error: Error) => error);
    await firstOf(events, "change");
    await expect.poll(async () => (await (await fetch(address)).text()).includes("escalate →")).toBe(true);
    expect(processes().length).toBeGreaterThan(1);
    expect(await end("SIGINT", whom)).toBe(0);
    expect(processes()).toEqual([]);
    expect(await running).toBeInstanceOf(Error);
  });

test.for<[args: string[], sentence: string]>([
  [["door-bell"], 'The console has no handler "door-bell". Choose from: '],
  [["--port", "99999"], "--port is 99999, but must be a port from 1 to 65535."],
  [["iam-group", "--table", "x-leases"], "iam-group names a handler, but the tables"],
  [["--table", "x-leases", "--prefix", "x"], "--table and --prefix both name tables"],
])("%j is answered with one sentence and exit code 2", async ([args, sentence]) => {
  const { code, stdout, stderr } = await runToEnd(args, process.env);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

async function firstOf({ body }: Response, text: string): Promise<void> {
  let read = "";
  const decoder = new TextDecoder();
  for await (const chunk of body ?? []) {
    read += decoder.decode(chunk);
    if (read.includes(text)) return;
  }
}
