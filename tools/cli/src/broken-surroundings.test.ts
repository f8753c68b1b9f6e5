// Output that nobody reads, and files that cannot be read or written.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { runScript, temporaryFolder } from "@sym/command-line/front-door.test-support";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";
import { expect, test } from "vitest";
import { ESCALATE, openSandbox, run } from "./sandbox.test-support.ts";

test("a reader that closes the output early does not stop an end, and causes no stack trace", async () => {
  const { environment, invoke, leases } = await openSandbox();
  await invoke(ESCALATE);
  const file = path.join(workspaceRoot, "tools/cli/src/leases.ts");
  const child = spawn(process.execPath, [file, "end", run, "--yes"], {
    cwd: workspaceRoot,
    env: { PATH: process.env["PATH"], ...environment },
  });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  expect(await once(child, "close")).toEqual([0, null]);
  expect(stderr).toBe("Sandbox\n");
  expect(JSON.parse((await leases("list", "--json")).stdout).leases).toMatchObject([{ runs: [] }]);
});

test("a state of the sandbox that is no file is a usage error", async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, "file");
  await writeFile(file, "");
  const invoke = (SANDBOX_STATE: string) =>
    runScript("invoke", ["iam-group", ESCALATE], { environment: { SANDBOX_STATE } });
  const isFolder = await invoke(folder);
  expect(isFolder).toMatchObject({ code: 2, stdout: "" });
  expect(isFolder.stderr).toBe(
    `${folder} cannot be read (EISDIR). Set SANDBOX_STATE to the path of a file.\n`,
  );
  const inFile = await invoke(path.join(file, "state.json"));
  expect(inFile).toMatchObject({ code: 2, stderr: expect.stringContaining(" cannot be written") });
  expect(inFile.stderr.trim().split("\n")).toHaveLength(1);
});
