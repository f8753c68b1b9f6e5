// A deployment with 10,000 leases in DynamoDB's stand-in, read by the real command.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { violations } from "./axe.test-support.ts";
import { inBrowser } from "./browser.test-support.ts";
import { type Running, runToEnd, startCommand } from "./command.test-support.ts";
import { leaseOf, openAccount } from "./look.test-support.ts";

const many = 10_000;
const [groups, flags] = ["sym-iam-group-leases", "sym-launchdarkly-flag-leases"];
const hour = 3_600_000;
const lee = "lee.o'hara+test@example.com";

const account = await openAccount([groups, flags]);
afterAll(account.close);

beforeAll(async () => {
  const later = Date.now() + hour;
  const number = (index: number) => String(index).padStart(5, "0");
  const plain = Array.from({ length: many - 6 }, (_, index) =>
    leaseOf(`person-${number(index)}@example.com`, `group-${index % 40}`, later + index),
  );
  await account.fill(groups, plain);
  const failure = {
    ...{ code: "AccessDenied", sentence: "AWS refused <b>iam:RemoveUserFromGroup</b>; allow the action" },
    ...{ since: Date.now() - hour, times: 7, retryAt: later },
  };
  const second = { state: "open", wanted: "member", expiresAt: null } as const;
  const overlapping = leaseOf(lee, "operators", later);
  await account.fill(flags, [
    leaseOf(lee, "failing-group", Date.now() - hour, { failure }),
    leaseOf(lee, "overdue-group", Date.now() - hour),
    leaseOf(lee, "standing-group", later, { standing: "member" }),
    { ...overlapping, runs: new Map([...overlapping.runs, ["flow-2", second]]) },
    leaseOf(lee, "ended-group", later, { runs: new Map(), dueAt: null }),
    leaseOf("<script>alert(1)</script>\u202enimda", `${"long".repeat(75)}`, later),
  ]);
  await account.put(flags, { pk: { S: "lease#<!channel>" }, record: { S: "{" }, version: { N: "1" } });
});

describe("a deployment with 10,000 leases", () => {
  let look: Running;
  beforeAll(async () => {
    const began = performance.now();
    look = await startCommand(["--prefix", "sym"], account.environment);
    tell("From the command to its address", began);
  });
  afterAll(async () => {
    expect(await look.end("SIGTERM", "command")).toBe(0);
  });

  const get = async (query = "", path = "") => (await fetch(`${look.address}${path}${query}`)).text();

  test("the first and later answers, and the pages of the list", async () => {
    const first = performance.now();
    const page = await get();
    tell("Look's first answer over 10,000 leases", first);
    expect(page).toContain("10,000 leases, 1 broken record");
    expect(page).toContain("Page 1 of 100");
    expect(page.match(/<tr><th scope="row">/g)).toHaveLength(100);
    const later = performance.now();
    const last = await get("?page=100");
    tell("Look's answer for the last page", later);
    expect(last).toContain("Page 100 of 100");
    expect(last).not.toContain('rel="next"');
    for (const beyond of ["?page=101", "?page=99999"]) expect(await get(beyond)).toContain("Page 100 of 100");
    for (const odd of ["?page=0", "?page=-1", "?page=x"]) expect(await get(odd)).toContain("Page 1 of 100");
  });

  test("what needs a person comes first", async () => {
    const rows = (await get()).split('<th scope="row">').slice(1, 3);
    expect(rows[0]).toMatch(/failing-group[\s\S]*failing[\s\S]*AWS refused &lt;b&gt;iam:RemoveUserFromGroup/);
    expect(rows[1]).toMatch(/overdue-group[\s\S]*overdue/);
  });

  test.for<[query: string, counted: string, contained: string]>([
    ["person=person-00017", "1 lease", "group-17"],
    [`person=${encodeURIComponent(lee)}`, "5 leases", "failing-group"],
    ["person=O%27HARA", "5 leases", "overdue-group"],
    ["system=sym-launchdarkly-flag", "6 leases", "operators"],
    ["system=sym-launchdarkly-flag&state=held", "3 leases", "2 requests overlap"],
    ["state=failing", "1 lease", "failing-group"],
    ["state=overdue", "1 lease", "overdue-group"],
    ["state=standing", "1 lease", "<strong>standing</strong>: member"],
    ["state=ended", "1 lease", "ended-group"],
    ["person=nobody-of-this-name", "0 leases", "No lease fits. Clear a filter."],
    ["person=%3Cscript%3E", "1 lease", "&lt;script&gt;alert(1)"],
    ["state=__proto__", "0 leases", "No lease fits."],
  ])("the filter %s finds %s", async ([query, counted, contained]) => {
    const page = await get(`?${query}`);
    expect(page).toContain(`<p role="status">${counted}`);
    expect(page).toContain(contained);
    expect(page).not.toContain("<script>alert");
  });

  test("the record of one lease, and a lease that does not exist", async () => {
    const link = /href="\/[^/]+\/(lease\?[^"]+)"/.exec(await get("?state=failing"))?.[1] ?? "";
    const page = await get(link.replaceAll("&amp;", "&"));
    expect(page).toContain("failing-group");
    expect(page).toContain("&quot;standing&quot;: &quot;absent&quot;");
    const none = await fetch(`${look.address}lease?table=${groups}&key=__proto__`);
    expect(none.status).toBe(404);
    expect((await fetch(`${look.address}requests`)).status).toBe(404);
  });

  test("a form is refused with 405, and only reads have reached the account", async () => {
    const { origin } = new URL(look.address);
    for (const method of ["POST", "PUT", "DELETE", "PATCH"])
      for (const path of ["", "lease", "sweep", "client.js"]) {
        const { status } = await fetch(`${look.address}${path}`, { method, headers: { origin } });
        expect([method, path, status]).toEqual([method, path, 405]);
      }
    expect(account.actions()).toEqual(["dynamodb:ListTables", "dynamodb:Scan", "sts:GetCallerIdentity"]);
  });

  inBrowser("the pages of a deployment", (open) => {
    for (const [name, options] of [
      ["light", { colorScheme: "light" }],
      ["dark", { colorScheme: "dark" }],
      ["phone", { viewport: { width: 360, height: 740 } }],
    ] as const)
      test(`axe finds nothing, and the page fits, ${name}`, async () => {
        const page = await open(look.address, options);
        const width = options === undefined ? 0 : page.viewportSize()?.width;
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        expect(await violations(page)).toEqual([]);
        await page.getByRole("textbox", { name: "Person" }).fill("hara");
        await page.getByRole("button", { name: "Filter" }).click();
        await page.getByText("5 leases").waitFor();
        await page.getByRole("link", { name: lee }).first().click();
        await page.getByRole("heading", { name: "The record" }).waitFor();
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        expect(await violations(page)).toEqual([]);
      });
  });
});

test("an empty deployment says what an empty list means", async () => {
  const empty = await openAccount([groups]);
  onTestFinished(empty.close);
  const { address, end } = await startCommand(["--table", groups], empty.environment);
  expect(await (await fetch(address)).text()).toContain("The tables hold no lease");
  await end("SIGTERM", "command");
});

test.for<[what: string, args: string[], changes: Record<string, string>, sentence: string]>([
  [
    "a table that does not exist",
    ["--table", "none"],
    {},
    "No table none exists in this account and region.",
  ],
  ["a prefix without tables", ["--prefix", "nobody"], {}, "This account has no table nobody-…-leases"],
  ["a table of requests that does not exist", ["--requests", "none"], {}, "The requests were not read"],
  [
    "no credentials",
    ["--prefix", "sym"],
    { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
    "credentials",
  ],
  ["no region", ["--prefix", "sym"], { AWS_REGION: "" }, "region"],
])("%s is one clear sentence, and exit code 2", async ([, args, changes, sentence]) => {
  const isolated = { HOME: "/none", AWS_EC2_METADATA_DISABLED: "true" };
  const { code, stdout, stderr } = await runToEnd(args, { ...account.environment, ...isolated, ...changes });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

function tell(what: string, began: number): void {
  process.stdout.write(`${what}: ${((performance.now() - began) / 1_000).toFixed(2)} s.\n`);
}
