import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GetUserCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect, onTestFinished, test, vi } from "vitest";
import { openSandbox } from "../aws/clients.test-support.ts";
import type { Exchange, RecordEntry } from "./record.ts";

/** A sandbox, and a function that reads the entries recorded from now on. */
async function openRecordedSandbox() {
  const folder = await mkdtemp(path.join(tmpdir(), "record-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "record");
  const opened = await openSandbox();
  vi.stubEnv("SANDBOX_RECORD", file);
  const recorded = async () => {
    const text = await readFile(file, "utf8").catch(() => "");
    const entries = text.split("\n").filter(Boolean);
    const exchanges = entries.flatMap((line): Exchange[] => {
      const entry: RecordEntry = JSON.parse(line);
      return "exchange" in entry ? [entry.exchange] : [];
    });
    return { exchanges, written: JSON.stringify(exchanges) };
  };
  return { ...opened, recorded };
}

test("exchanges that differ only in ids and times are recorded once", async () => {
  const { iam, sandbox, recorded } = await openRecordedSandbox();
  sandbox.iam.createUser("robin");
  for (const UserName of ["robin", "robin"]) await iam.send(new GetUserCommand({ UserName }));
  await expect(iam.send(new GetUserCommand({ UserName: "sam" }))).rejects.toThrow("sam");
  const { exchanges } = await recorded();
  expect(exchanges).toMatchObject([
    {
      system: "iam",
      method: "POST",
      path: "/",
      status: 200,
      body: expect.stringContaining("UserName=robin"),
    },
    { system: "iam", status: 404, answer: expect.stringContaining("<Code>NoSuchEntity</Code>") },
  ]);
});

test("a recording contains no credentials of a request and no secret of an answer", async () => {
  const { sts, sandbox, recorded } = await openRecordedSandbox();
  const RoleArn = "arn:aws:iam::123456789012:role/editor";
  sandbox.sts.createRole(RoleArn);
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "test" }));
  const { exchanges, written } = await recorded();
  expect(exchanges).toMatchObject([{ system: "sts", answer: expect.stringContaining("<SessionToken>***") }]);
  for (const secret of [Credentials?.SecretAccessKey, Credentials?.SessionToken, "AWS4-HMAC-SHA256"])
    expect(written).not.toContain(secret);
});

test("a proxy's response and a missing response are not recorded", async () => {
  const { iam, sandbox, recorded } = await openRecordedSandbox();
  sandbox.iam.createUser("robin");
  for (const kind of ["html-page", "empty-answer", "reset", "answer-lost"] as const) {
    sandbox.faults.inject({ action: "GetUser", kind });
    await iam.send(new GetUserCommand({ UserName: "robin" })).catch(() => undefined);
  }
  expect((await recorded()).exchanges).toEqual([]);
  sandbox.faults.inject({ action: "GetUser", kind: "throttle" });
  await expect(iam.send(new GetUserCommand({ UserName: "robin" }))).rejects.toThrow("Rate exceeded");
  expect((await recorded()).exchanges).toMatchObject([{ status: 400 }]);
});
