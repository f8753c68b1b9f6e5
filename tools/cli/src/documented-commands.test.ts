// Runs each command `npm run leases` and `npm run invoke` of the documents as written. The account has everything that the
// examples name, so that no word of a command needs a replacement. A command of `invoke` finds no run; a command of `leases`
// finds the runs and the lease of the examples, in AWS and in the sandbox.
import { execFile } from "node:child_process";
import path from "node:path";
import { temporaryFolder } from "@sym/command-line/front-door.test-support";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";
import { commandsIn, pages } from "@sym/workspace/docs/markdown";
import { expect, test } from "vitest";
import { escalateOf, openAccount, someLease, table } from "./account.test-support.ts";

const isOfPeople = (file: string) =>
  /^(README|docs\/[^/]+|handlers\/[^/]+\/README|infra\/README)\.md$/.test(file);
const commands = new Set(
  pages()
    .filter((page) => isOfPeople(page.path))
    .flatMap(commandsIn)
    .filter((command) => /^npm run (--silent )?(leases|invoke) -- /.test(command)),
);

test("the documents have commands of both kinds", () => {
  const count = (script: string) => [...commands].filter((command) => command.includes(` ${script} `)).length;
  expect(count("leases")).toBeGreaterThanOrEqual(8);
  expect(count("invoke")).toBeGreaterThanOrEqual(5);
});

test.each([...commands])("%s", async (command) => {
  const account = await openAccount();
  const environment = {
    ...account.environment,
    SANDBOX_STATE: path.join(await temporaryFolder(), "state.json"),
  };
  if (command.includes(" leases ")) {
    await account.send(escalateOf("robin.requester@example.com", "11111111-1111-4111-8111-111111111111"));
    await account.send(escalateOf("robin@example.com", "22222222-2222-4222-8222-222222222222"));
    await account.putLease(table, exampleLease());
  }
  if (isInSandbox(command)) await run("npm run invoke -- iam-group test-payloads/escalate.json", environment);
  const { code, stdout, stderr } = await run(command, environment);
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
});

/** Whether the command reads the leases of the sandbox. */
function isInSandbox(command: string): boolean {
  return command.includes(" leases ") && !/ --(prefix|table|function-name) /.test(command);
}

function exampleLease() {
  const names = { subject: "IAM user sam", resource: "IAM group prod-admins in account 123456789012" };
  return someLease({ key: "iam-group|123456789012|AGPAEXAMPLEGROUP|AIDAEXAMPLEUSER", names });
}

function run(command: string, environment: Record<string, string>) {
  const env = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...environment };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile("sh", ["-c", command], { cwd: workspaceRoot, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
