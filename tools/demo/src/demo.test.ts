import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { runScript, temporaryFolder } from "@sym/command-line/front-door.test-support";
import { expect, test } from "vitest";

/** Plays the demo with another bundle in place of the handler. */
async function playWith(source: string) {
  const handlers = await temporaryFolder();
  const dist = path.join(handlers, "iam-group", "dist");
  await mkdir(dist, { recursive: true });
  await writeFile(path.join(dist, "index.cjs"), source);
  return runScript("demo", ["iam-group", "--handlers", handlers]);
}

test("the demo keeps every promise, and says so without colour", async () => {
  const { code, stdout, stderr } = await runScript("demo", ["iam-group"]);
  expect(stdout).not.toContain("DIFFERS");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^Promise +Seen +OK$/m);
  expect(stdout).toMatch(/^Access ends when the request expires +revoked; now no members +yes$/m);
  expect(stdout).toMatch(/^All \d+ promises were kept, in \d+\.\d s\.$/m);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the output must have no escape character.
  expect(stdout).not.toMatch(/\x1b/);
});

test("the demo detects a handler that answers granted and grants nothing", async () => {
  const { code, stdout } = await playWith(
    'exports.handler = async () => ({ body: { message: "Done.", outcome: "granted" }, errors: [] });',
  );
  expect(code).toBe(1);
  expect(stdout).toContain("DIFFERS  IAM group prod-admins is no members, and should be robin.requester");
  expect(stdout).toContain("DIFFERS  the outcome is granted, and should be revoked");
  expect(stdout).toMatch(/^No hostile payload reaches IAM +\d+ times granted; nothing changed +NO$/m);
  expect(stdout).toMatch(/^\d+ of \d+ promises were not kept/m);
});

test("the demo detects a handler that hides its failures from Sym", async () => {
  const { code, stdout } = await playWith(
    'exports.handler = async () => ({ body: { message: "Sorry.", outcome: "failed" }, errors: [] });',
  );
  expect(code).toBe(1);
  expect(stdout).toContain("DIFFERS  the answer has no errors although the outcome is failed");
  expect(stdout).toContain('DIFFERS  the answer does not say "AWS is throttling iam:AddUserToGroup"');
});

test("the demo detects a handler whose answers Sym cannot read", async () => {
  const { code, stdout } = await playWith(
    'let count = 0; exports.handler = async () => { if (count++ % 2) throw new Error("no"); return "ok"; };',
  );
  expect(code).toBe(1);
  expect(stdout).toContain("no answer: an answer that Sym cannot read");
  expect(stdout).toContain("no answer: Error: no");
});

test("a usage error is one sentence and exit code 2", async () => {
  const unknown = await runScript("demo", ["pager-duty"]);
  expect(unknown).toMatchObject({ code: 2, stdout: "" });
  expect(unknown.stderr).toMatch(/^No demo exists for "pager-duty"\. Choose from: .*\biam-group\b.*\.\n$/);
  const option = await runScript("demo", ["--fast"]);
  expect(option).toMatchObject({
    code: 2,
    stderr: "Unknown option --fast: see npm run demo -- --help.\n",
  });
});

test("--help prints the usage", async () => {
  expect(await runScript("demo", ["--help"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("npm run demo"),
  });
});
