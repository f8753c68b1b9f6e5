// Runs each command `npm run request` and `npm run requests` of the documents as written, in an account with the target and the
// request of the examples.
import { execFile } from "node:child_process";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";
import { commandsIn, pages } from "@sym/workspace/docs/markdown";
import { expect, test } from "vitest";
import { environmentOf, openFlow } from "./flow.test-support.ts";

const example = "flow-11111111-1111-4111-8111-111111111111";
const commands = new Set(
  pages()
    .flatMap(commandsIn)
    .filter((command) => /^npm run (--silent )?requests? -- (?!.*[<[…])/.test(command)),
);

test("the documents have commands of both kinds", () => {
  const count = (script: string) => [...commands].filter((command) => command.includes(` ${script} `)).length;
  expect(count("request")).toBeGreaterThanOrEqual(1);
  expect(count("requests")).toBeGreaterThanOrEqual(7);
});

test.each([...commands])("%s", async (command) => {
  const isWaiting = command.includes(" --wait");
  const { ask, copy, toApproval, toHold, requests, url } = await openFlow({
    onStart: async (flow, id) => {
      if (!isWaiting) return;
      await flow.toApproval(id);
      await requests("alex", "approve", id);
      await flow.toHold(id);
    },
  });
  if (!isWaiting) {
    await copy(await ask(), example);
    await toApproval(example);
  }
  if (command.includes(" end ")) {
    await requests("alex", "approve", example);
    await toHold(example);
  }
  const person = / (approve|deny) /.test(command) ? "kim" : "robin";
  const { code, stdout, stderr } = await run(command, environmentOf(person, url));
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
});

function run(command: string, environment: Record<string, string>) {
  const env = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...environment };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile("sh", ["-c", command], { cwd: workspaceRoot, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
