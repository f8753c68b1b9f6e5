import { expect, test } from "vitest";
import { leaksIn } from "./leaks.ts";

const leaks = [
  ["an e-mail address", "for robin.requester@example.com"],
  ["an e-mail address", "lease iam-group|1%2Fprod-admins|1%2Frobin.requester%40example.com"],
  ["a private key", "-----BEGIN PRIVATE KEY-----"],
  ["an access key of AWS", "AKIAIOSFODNN7EXAMPLE"],
  ["an access key of AWS", "ASIAIOSFODNN7EXAMPLE"],
  ["a token of GitHub", "ghs_16C7e42F292c6912E7710c838347Ae178B4a"],
  ["a token of GitHub", "github_pat_11AAAAAAA"],
  ["a JSON web token", "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl"],
  ["an authorization header", "Bearer 0123456789abcdef"],
] as const;

for (const [what, text] of leaks)
  test(`finds ${what} in a line: ${text.slice(0, 24)}`, () => {
    const line = JSON.stringify({ step: "read", detail: text });
    expect(leaksIn([{ line: "{}" }, { line }])).toContain(`line 2 holds ${what}: ${line}`);
  });

test("finds a person's name in a sentence, unless the function may log people", () => {
  const line = (fields: object) =>
    JSON.stringify({ step: "event", ...fields, sentence: "IAM user robin is missing" });
  expect(leaksIn([{ line: line({}) }])).toEqual([`line 1 holds a person's name: ${line({})}`]);
  const audited = line({ personal_data: true, requester: "robin.requester@example.com" });
  expect(leaksIn([{ line: audited }])).toEqual([]);
  expect(leaksIn([{ line: audited.replace("missing", "ghs_16C7e42F") }])).toHaveLength(1);
});

test("finds a secret without a known shape, and each line of a key", () => {
  const entries = [
    { secret: "correct-horse" },
    { secret: "-----BEGIN KEY-----\nfirstlineofit\nsecondlineofit\n-----END KEY-----\n" },
  ];
  const line = (detail: string) => ({ line: JSON.stringify({ detail }) });
  expect(leaksIn([...entries, line("a correct-horse"), line("x secondlineofit"), line("horse")])).toEqual([
    expect.stringContaining("line 1 holds a secret of the stand-ins"),
    expect.stringContaining("line 2 holds a secret of the stand-ins"),
  ]);
});

test("ids, ARNs, paths and times do not count as leaks", () => {
  const fields = {
    run_id: "11111111-1111-4111-8111-111111111111",
    request_id: "a9c83331-8fd1-46dc-a5ba-0f4ed0b4e40b",
    target: "Production admins",
    resource: "123456789012/prod-admins",
    role: "arn:aws:iam::123456789012:role/path/group-editor",
    expired_at: "2026-01-02T03:04:05.000Z",
    stack: "    at handler (/var/task/node_modules/.pnpm/@octokit+rest@22.0.0/index.cjs:1:2)",
  };
  expect(leaksIn([{ secret: "short" }, { line: JSON.stringify({ ...fields, word: "short" }) }])).toEqual([]);
});
