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
  expect(stdout).toMatch(/^Access is gone when its time is over +revoked; now no members +yes$/m);
  expect(stdout).toMatch(/^All \d+ promises were kept, in \d+\.\d s\.$/m);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what must not be there.
  expect(stdout).not.toMatch(/\x1b/);
});

test("a handler that grants nothing and says it did is found out", async () => {
  const { code, stdout } = await playWith(
    'exports.handler = async () => ({ body: { message: "Done.", outcome: "granted" }, errors: [] });',
  );
  expect(code).toBe(1);
  expect(stdout).toContain("DIFFERS  IAM group prod-admins is no members, and should be robin.requester");
  expect(stdout).toContain("DIFFERS  the outcome is granted, and should be revoked");
  expect(stdout).toMatch(/^No hostile payload reaches IAM +\d+ times granted; nothing changed +NO$/m);
  expect(stdout).toMatch(/^\d+ of \d+ promises were not kept/m);
});

test("a handler that hides its failures from Sym is found out", async () => {
  const { code, stdout } = await playWith(
    'exports.handler = async () => ({ body: { message: "Sorry.", outcome: "failed" }, errors: [] });',
  );
  expect(code).toBe(1);
  expect(stdout).toContain("DIFFERS  Sym is told of none although the outcome is failed");
  expect(stdout).toContain('DIFFERS  the answer does not say "AWS is throttling iam:AddUserToGroup"');
});

test("a handler without an answer that Sym can read is found out", async () => {
  const { code, stdout } = await playWith(
    'let count = 0; exports.handler = async () => { if (count++ % 2) throw new Error("no"); return "ok"; };',
  );
  expect(code).toBe(1);
  expect(stdout).toContain("no answer: an answer that Sym cannot read");
  expect(stdout).toContain("no answer: Error: no");
});

test("a mistake is one sentence and exit code 2", async () => {
  const unknown = await runScript("demo", ["pager-duty"]);
  expect(unknown).toMatchObject({ code: 2, stdout: "" });
  expect(unknown.stderr).toMatch(
    /^There is no story about "pager-duty": there is one about .*\biam-group\b.*\.\n$/,
  );
  const option = await runScript("demo", ["--fast"]);
  expect(option).toMatchObject({
    code: 2,
    stderr: "There is no option --fast: see npm run demo -- --help.\n",
  });
});

test("--help prints the usage", async () => {
  expect(await runScript("demo", ["--help"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("npm run demo"),
  });
});
