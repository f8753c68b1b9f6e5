// The filters of list: they compare the names in the records, and ask no target system.
import type { Run } from "@sym/leases/lease";
import { expect, test } from "vitest";
import { openAccount, someLease } from "./account.test-support.ts";

const hour = 3_600_000;
const open = (expiresAt: number | null): Map<string, Run> =>
  new Map([["run-1", { state: "open", wanted: "member", expiresAt }]]);
const failure = () => ({
  code: "unavailable",
  sentence: "No",
  since: Date.now(),
  times: 3,
  retryAt: Date.now() + hour,
});

/** Tables with a lease for each of these names. The key of a lease ends with its name. */
async function openLeases() {
  const { leases, put, putLease } = await openAccount();
  const iam = (name: string) => ({
    subject: `IAM user ${name}`,
    resource: "IAM group prod-admins in account 123456789012",
  });
  const add = (
    table: string,
    handler: string,
    name: string,
    changes: Partial<Parameters<typeof someLease>[0]> = {},
  ) => putLease(table, someLease({ key: `${handler}|a|b|${name}`, names: iam(name), ...changes }));
  await add("sym-iam-group-leases", "iam-group", "Robin@Example.com", { runs: open(Date.now() + hour) });
  await add("sym-iam-group-leases", "iam-group", "sam.robin@example.com", {
    runs: open(Date.now() - hour),
    dueAt: Date.now() + hour,
  });
  await add("sym-iam-group-leases", "iam-group", "robin", { failure: failure() });
  await add("sym-iam-group-leases", "iam-group", "robinson", { dueAt: Date.now() - hour });
  const github = {
    subject: "GitHub user robin_acme",
    resource: "GitHub team acme/prod-admins as maintainer",
  };
  await add("sym-github-team-leases", "github-team", "robin_acme", { names: github });
  return {
    put,
    leases,
    /** The last parts of the keys of the leases that a filter shows. */
    async shown(...filter: string[]) {
      const { stdout } = await leases("list", "--prefix", "sym", "--json", ...filter);
      const keys: string[] = JSON.parse(stdout).leases.map(({ key }: { key: string }) =>
        key.split("|").at(-1),
      );
      return keys.sort();
    },
  };
}

test("list shows the leases of a person, a resource, a handler, the overdue and the failed leases", async () => {
  const { shown } = await openLeases();
  const all = ["Robin@Example.com", "robin", "robin_acme", "robinson", "sam.robin@example.com"];
  expect(await shown()).toEqual(all);
  // The e-mail, the account named like its local part, and the account with the suffix of a company.
  expect(await shown("--who", "robin@example.com")).toEqual(["Robin@Example.com", "robin", "robin_acme"]);
  expect(await shown("--who", "ROBIN")).toEqual(all.filter((name) => name !== "robinson"));
  expect(await shown("--who", "iam user robin")).toEqual(["Robin@Example.com", "robin"]);
  expect(await shown("--who", "sam.robin")).toEqual(["sam.robin@example.com"]);
  expect(await shown("--who", "rob")).toEqual([]);
  expect(await shown("--what", "acme/prod-admins")).toEqual(["robin_acme"]);
  expect(await shown("--what", "PROD-ADMINS")).toEqual(all);
  expect(await shown("--handler", "github-team")).toEqual(["robin_acme"]);
  expect(await shown("--overdue")).toEqual(["robinson", "sam.robin@example.com"]);
  expect(await shown("--failed")).toEqual(["robin"]);
  expect(await shown("--failed", "--who", "robin@example.com", "--handler", "github-team")).toEqual([]);
});

test("list says which names the records have if a name matches none", async () => {
  const { leases } = await openLeases();
  const { code, stdout } = await leases("list", "--prefix", "sym", "--who", "kim@example.com");
  expect(code).toBe(0);
  expect(stdout.replace(/\s+/g, " ")).toContain(
    "No record matches --who kim@example.com. The records name accounts, not e-mails: GitHub user robin_acme, IAM user",
  );
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  const what = await leases("list", "--prefix", "sym", "--what", "none", "--json");
  expect(what.stderr).toContain("No record matches --what none.");
  expect((await leases("list", "--prefix", "sym", "--handler", "iam")).stdout).toContain(
    "No record is of the handler iam.",
  );
});

test("a filter keeps the broken records of its handler, whose names nobody can read", async () => {
  const { leases, put } = await openLeases();
  await put("sym-iam-group-leases", { pk: { S: "lease#iam-group|a|broken" }, record: { S: "{}" } });
  await put("sym-iam-group-leases", {
    pk: { S: "run#broken" },
    lease_key: { S: "iam-group|a|b" },
    access: { S: "{}" },
  });
  const broken = async (...filter: string[]) =>
    JSON.parse((await leases("list", "--prefix", "sym", "--json", ...filter)).stdout).broken.length;
  expect(await broken("--who", "kim")).toBe(2);
  expect(await broken("--handler", "iam-group")).toBe(2);
  expect(await broken("--handler", "github-team")).toBe(0);
});
