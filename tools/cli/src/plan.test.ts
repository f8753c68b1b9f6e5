import path from "node:path";
import { runScript, temporaryFolder } from "@sym/command-line/front-door.test-support";
import { expect, test } from "vitest";

const escalate = "test-payloads/escalate.json";
const robin = "robin.requester@example.com";
const access = "IAM group prod-admins in account 123456789012";

/** The text without its line breaks. */
function flat(text: string): string {
  return text.replace(/\s+/g, " ");
}

/** Runs commands against one sandbox. */
async function openSandbox() {
  const SANDBOX_STATE = path.join(await temporaryFolder(), "state.json");
  return (script: "invoke" | "plan", args: string[]) =>
    runScript(script, args, { environment: { SANDBOX_STATE } });
}

test("a plan says what the escalate would do, and the escalate then does it", async () => {
  const run = await openSandbox();
  const planned = await run("plan", ["iam-group", escalate]);
  expect(planned).toMatchObject({ code: 0, stderr: "" });
  expect(planned.stdout).toContain(`In the sandbox for this plan only: IAM user ${robin}, IAM group`);
  expect(planned.stdout).toContain("now      IAM group prod-admins: no members");
  expect(planned.stdout).toContain("plan     would-grant");
  expect(planned.stdout).toMatch(/^version {2}\d+\.\d+\.\d+\+[\da-f]{12}$/m);
  expect(flat(planned.stdout)).toContain(`IAM user ${robin} would get access to ${access} until `);
  expect(flat(planned.stdout)).toContain(
    "and does not have the access now. No other request holds this access.",
  );
  const granted = await run("invoke", ["iam-group", escalate]);
  expect(granted.stdout).toContain("before   IAM group prod-admins: no members");
  expect(granted.stdout).toContain("answer   granted");
});

test("a plan for access that the request holds already, for access of another request, and for standing access", async () => {
  const run = await openSandbox();
  await run("invoke", ["iam-group", escalate]);
  const same = await run("plan", ["iam-group", escalate]);
  expect(same.stdout).toContain("plan     already-granted");
  const other = await run("plan", ["iam-group", "test-payloads/overlap-escalate.json"]);
  expect(other.stdout).toContain("plan     held-by-other-requests");
  expect(flat(other.stdout)).toContain(`has access to ${access} by another approved request`);
  expect(flat(other.stdout)).toContain("One other approved request holds this access until ");
  const elsewhere = await openSandbox();
  const standing = await elsewhere("plan", ["iam-group", escalate, "--member"]);
  expect(standing.stdout).toContain("plan     already-standing");
});

test("a refusal is the result of a plan, with its reason; a plan that cannot be made is an error", async () => {
  const run = await openSandbox();
  const refused = await run("plan", ["iam-group", escalate, "--group", "no group"]);
  expect(refused.code).toBe(0);
  expect(refused.stdout).toContain("plan     would-be-refused");
  expect(flat(refused.stdout)).toContain(`The request of ${robin} would be refused: Target`);
  const failed = await run("plan", ["iam-group", escalate, "--env", "LEASES_TABLE=none", "--json"]);
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.stdout).answer).toMatchObject({
    body: { outcome: "failed", message: expect.stringMatching(/^There is no plan: DynamoDB table none/) },
    errors: [expect.stringMatching(/^DynamoDB table none/)],
  });
});

test("options that change something are refused, and --help has an example", async () => {
  const run = await openSandbox();
  expect(await run("plan", ["iam-group", escalate, "--reset"])).toMatchObject({
    code: 2,
    stderr: "--yes and --reset are for invoke. Leave both out: a plan changes nothing.\n",
  });
  const { stdout } = await run("plan", ["--help"]);
  expect(stdout).toContain("npm run plan -- iam-group test-payloads/escalate.json");
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});
