// Applies `infra/aws` to moto, and runs `npm run doctor` on the deployment, with and without each mistake of docs/doctor.md.
import { readFileSync } from "node:fs";
import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeployedAccount, openDeployedAccount } from "./deployed-account.test-support.ts";
import type { Scene } from "./doctor-changes.test-support.ts";
import { mistakes } from "./doctor-mistakes.test-support.ts";
import { findTools } from "./tools.ts";

type Row = { check: string; level: string; message: string };

const tools = findTools();
/** One handler without a secret, and one with. */
const handlers = ["iam-group", "github-team"];
const paper = rowsOf(readFileSync(new URL("../../../docs/doctor.md", import.meta.url), "utf8"));

test("docs/doctor.md has a row for each mistake", () => {
  expect(paper.map(({ mistake }) => mistake)).toEqual(Object.keys(mistakes));
  expect(paper.length).toBeGreaterThanOrEqual(12);
});

describe.runIf(tools)("npm run doctor", () => {
  let account: DeployedAccount;
  let scene: Scene;

  beforeAll(async () => {
    if (!tools) return;
    account = await openDeployedAccount(tools, handlers);
    scene = account.scene;
  });

  afterAll(() => account?.close());

  const doctor = (...args: string[]) => account.run("doctor", ...args);

  test("finds nothing wrong with what infra/aws deploys", async () => {
    const targetOf = (name: string, settings: string) =>
      `--target=${name},arn=arn:aws:lambda:us-east-1:123456789012:function:${settings}`;
    const targets = [
      targetOf("admins", "sym-iam-group,group_name=prod-admins"),
      targetOf("platform", "sym-github-team,org=acme,team_slug=platform"),
    ];
    const { code, stdout, stderr } = await doctor("--prefix", "sym", ...targets, "--json");
    const { functions, ...place } = JSON.parse(stdout);
    const rows: Row[] = functions.flatMap(({ checks }: { checks: Row[] }) => checks);
    expect({ code, stderr, wrong: rows.filter(({ level }) => level !== "ok") }).toEqual({
      ...{ code: 0, stderr: "", wrong: [] },
    });
    expect(place).toEqual({ account: "123456789012", region: "us-east-1" });
    expect(functions.map(({ name }: { name: string }) => name)).toEqual(["sym-github-team", "sym-iam-group"]);
    expect(rows.map(({ check }) => check)).toEqual(
      expect.arrayContaining(["target admins", "arn of admins", "target platform", "arn of platform"]),
    );
    const alarms = (await account.deployment.resources()).filter(
      ({ type }) => type === "aws_cloudwatch_metric_alarm",
    );
    const each = alarms.length / handlers.length;
    expect(rows.filter(({ check }) => check === "alarms").map(({ message }) => message)).toEqual(
      handlers.map(() => `${each} exist, and notify a topic`),
    );
  });

  test("prints a table in 80 columns, with the account and the region in its first line", async () => {
    const { stdout } = await doctor("--prefix", "sym");
    expect(stdout).toMatch(/^Account 123456789012, region us-east-1\nCaller {2}arn:aws:/);
    expect(stdout).toMatch(/^ok +version: \d+\.\d+\.\d+\+[0-9a-f]{12}$/m);
    expect(stdout).toMatch(/^ok +schedule: Enabled, rate\(5 minutes\)$/m);
    expect(stdout).toMatch(/^\d+ checks, \d+ ok, 0 warnings, 0 errors, \d not checked$/m);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("refuses a target of which the function is unknown", async () => {
    const { code, stderr } = await doctor("--prefix", "sym", "--target", "admins,group_name=prod-admins");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^--target admins belongs to none of sym-github-team, sym-iam-group\. Add arn=/);
  });

  test("names a function that does not exist", async () => {
    const { code, stdout } = await doctor("--function-name", "sym-okta-group", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout).functions[0].checks).toEqual([
      {
        check: "function",
        level: "error",
        message:
          "sym-okta-group does not exist in us-east-1 of account 123456789012. Set --region to the function's region, or deploy the function: terraform -chdir=infra/aws apply.",
      },
    ]);
    const none = await doctor("--prefix", "acme");
    expect(none).toMatchObject({ code: 2, stdout: "" });
    expect(none.stderr).toMatch(/^Account 123456789012 has no function acme-… .*Set --prefix /);
  });

  test("shows an alarm that is on", async () => {
    const set = (StateValue: "ALARM" | "OK") =>
      scene.aws.cloudWatch.send(
        new SetAlarmStateCommand({ AlarmName: "sym-iam-group-failed", StateValue, StateReason: "test" }),
      );
    await set("ALARM");
    const { code, stdout } = await doctor("--function-name", "sym-iam-group");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^warning +alarm: sym-iam-group-failed is on since \d{4}-\d\d-\d\d \d\d:\d\d UTC\./m,
    );
    await set("OK");
  });

  test("shows the version of the deployed bundle beside that of the local build", async () => {
    const body = { message: "1 check", outcome: "checked", version: "0.0.9+0123456789ab", checks: [] };
    scene.invoking.answerWith("sym-iam-group", { body, errors: [] });
    const { stdout } = await doctor("--function-name", "sym-iam-group");
    scene.invoking.answerWith("sym-iam-group", undefined);
    expect(stdout).toMatch(
      /^ok +version: 0\.0\.9\+0123456789ab; the local build is \d+\.\d+\.\d+\+[0-9a-f]{12}$/m,
    );
  });

  test.each(paper)("names the mistake: $mistake", async ({ mistake, ...row }) => {
    const { make, of: name = "sym-iam-group", args = [] } = mistakes[mistake] ?? fail(mistake);
    const undo = await make(scene);
    try {
      const { code, stdout } = await doctor("--function-name", name, ...args, "--json");
      const checks: Row[] = JSON.parse(stdout).functions[0].checks;
      expect(checks.filter(({ level }) => level !== "ok")).toContainEqual(row);
      expect(code).toBe(checks.some(({ level }) => level === "error") ? 1 : 0);
    } finally {
      await undo();
    }
  });
});

/** The rows of the table of mistakes. */
function rowsOf(document: string): (Row & { mistake: string })[] {
  const table = document.slice(document.indexOf("| Mistake |")).split("\n").slice(2);
  return table
    .filter((line) => line.startsWith("| "))
    .map((line) => {
      const [mistake = "", level = "", check = "", message = ""] = line.slice(2, -2).split(" | ");
      return { mistake, check: check.replaceAll("`", ""), level, message };
    });
}

function fail(mistake: string): never {
  throw new Error(`No mistake ${mistake} is planted`);
}
