// Five incidents, played on `infra/aws` in moto by the commands of docs/operations.md alone: the alarms that start, what the
// commands say of the cause, and the mend.
import {
  CreateBackupCommand,
  DeleteTableCommand,
  ListBackupsCommand,
  RestoreTableFromBackupCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeployedAccount, openDeployedAccount } from "./deployed-account.test-support.ts";
import { protection, schedule } from "./doctor-changes.test-support.ts";
import { mistakes } from "./doctor-mistakes.test-support.ts";
import { type Duty, onDuty } from "./on-duty.test-support.ts";
import { findTools } from "./tools.ts";

const tools = findTools();
const minute = 60_000;
const hour = 60 * minute;
const isEmpty = expect.stringMatching(/^Leases: 0, holds on them: 0\./);
const platform = "platform,org=acme,team_slug=platform";
const admins = "admins,group_name=prod-admins";

describe.runIf(tools)("an incident", () => {
  let account: DeployedAccount;
  let github: Duty;
  let iam: Duty;

  beforeAll(async () => {
    if (!tools) return;
    account = await openDeployedAccount(tools, ["iam-group", "github-team"]);
    github = await onDuty(account, "github-team");
    iam = await onDuty(account, "iam-group");
  });

  afterAll(() => account?.close());

  test("the key of the GitHub App was revoked", async () => {
    const { sandbox } = account;
    const app = sandbox.github.env.GITHUB_APP_ID;
    const { leases, doctor, sym, pass, alarms } = github;
    const run = await sym("escalate");
    const key = sandbox.github.rotateKey(app);
    sandbox.github.expireTokens();
    await sym("deescalate", run);
    expect(await alarms()).toEqual(["failed"]);

    const cause = /GitHub does not accept this function's credentials; renew the secret/;
    expect(await leases("list", "--failed", "--prefix", "sym")).toMatch(cause);
    expect(await doctor("--target", platform)).toMatch(cause);
    expect(await doctor()).toMatch(/warning +index of due leases: The end of a request has failed at every/);
    await pass(5 * minute);
    await sym("sweep");
    expect(await alarms()).toEqual(["sweep-failed"]);

    sandbox.secretsManager.putSecret(sandbox.github.env.GITHUB_PRIVATE_KEY_SECRET, key);
    expect(await doctor("--target", platform)).toMatch(/^ok +target platform: /m);
    const waits = await leases("sweep", "--function-name", "sym-github-team");
    expect(waits).toMatch(/^Swept 0 due leases.*\nAn end has failed, and waits for its next try\.$/m);
    await pass(minute);
    expect(await leases("end", run, "--prefix", "sym", "--yes")).toMatch(/ has ended\.$/m);
    expect(sandbox.github.members("acme", "platform")).toEqual({});
    expect(await leases("list", "--failed", "--prefix", "sym")).toEqual(isEmpty);
  });

  test("the group of a lease was deleted", async () => {
    const { leases, doctor, plan, sym, pass, alarms, members } = iam;
    const run = await sym("escalate");
    await pass(minute);
    account.sandbox.iam.deleteGroup("prod-admins");
    await sym("escalate");
    expect(await alarms()).toEqual(["refused"]);

    const cause = /IAM group prod-admins in account 123456789012 does not exist/;
    expect(await plan()).toMatch(cause);
    expect(await doctor("--target", admins)).toMatch(cause);

    account.sandbox.iam.createGroup("prod-admins");
    expect(await plan()).toMatch(/would get access to IAM group prod-admins/);
    // The lease is on the deleted group, not on the new group with its name.
    expect(await leases("end", run, "--prefix", "sym", "--yes")).toMatch(
      /the resource no longer exists, so the access ended with it/,
    );
    expect(members()).toEqual([]);
    expect(await leases("list", "--overdue", "--prefix", "sym")).toEqual(isEmpty);
    expect(await alarms()).toEqual([]);
  });

  test("the sweep was off for two days", async () => {
    const { leases, doctor, sym, pass, alarms, members } = iam;
    const run = await sym("escalate");
    await schedule({ State: "DISABLED" }).make(account.scene);
    const undo = await mistakes["No sweep runs"]?.make(account.scene);
    await pass(48 * hour);
    // Missing data start the alarm sweep-not-run.
    expect(await alarms()).toEqual([]);

    const seen = await doctor();
    expect(seen).toMatch(/^error +schedule: The schedule sym-iam-group-sweep is disabled, /m);
    expect(seen).toMatch(/^error +last sweep: No sweep ran in the last 24 hours\./m);
    expect(await leases("list", "--overdue", "--prefix", "sym")).toContain(run);

    await account.deployment.apply(account.variables);
    expect(await doctor()).toMatch(/^ok +schedule: Enabled, /m);
    expect(await leases("sweep", "--function-name", "sym-iam-group")).toMatch(
      /^Swept 1 due leases: 1 finished, 1 orphaned, 0 failed\.$/m,
    );
    await undo?.();
    expect(await alarms()).toEqual(["orphaned-leases"]);
    expect(members()).toEqual([]);
    expect(await leases("list", "--overdue", "--prefix", "sym")).toEqual(isEmpty);
  });

  test("an end has failed for a day", async () => {
    const { leases, sym, pass, alarms, members } = iam;
    const { faults } = account.sandbox;
    const run = await sym("escalate");
    faults.inject({
      action: "RemoveUserFromGroup",
      kind: "access-denied",
      times: Number.POSITIVE_INFINITY,
    });
    await sym("deescalate", run);
    for (let tries = 0; tries < 3; tries += 1) {
      await pass(9 * hour);
      await sym("sweep");
    }
    expect(await alarms()).toEqual(["failed", "failing-for-a-day", "sweep-failed"]);

    const list = await leases("list", "--failed", "--prefix", "sym");
    expect(list).toMatch(/^failed +4 times since .*; next try /m);
    expect(list).toMatch(/This function is not allowed to call iam:RemoveUserFromGroup .* add the action/);

    faults.clear();
    const waits = await leases("sweep", "--function-name", "sym-iam-group");
    expect(waits).toContain(`To try now:          npm run leases -- end <run> --function-name sym-iam-group`);
    expect(await alarms()).toEqual(["failing-for-a-day"]);
    await pass(minute);
    expect(await leases("end", run, "--prefix", "sym", "--yes")).toMatch(/ has ended\.$/m);
    await sym("sweep");
    expect(await alarms()).toEqual([]);
    expect(members()).toEqual([]);
    expect(await leases("list", "--failed", "--prefix", "sym")).toEqual(isEmpty);
  });

  test("the table of leases was deleted", async () => {
    const { dynamoDb } = account.scene.aws;
    const table = { TableName: "sym-iam-group-leases" };
    const { leases, doctor, sym, alarms, members } = iam;
    const run = await sym("escalate");
    await protection().make(account.scene);
    // Unlike moto, DynamoDB makes this backup when the table is deleted.
    await dynamoDb.send(new CreateBackupCommand({ ...table, BackupName: `${table.TableName}$Deleted` }));
    await dynamoDb.send(new DeleteTableCommand(table));
    await sym("deescalate", run);
    await sym("sweep");
    expect(await alarms()).toEqual(["failed", "sweep-failed"]);

    const missing =
      /^missing +The table sym-iam-group-leases of the function sym-iam-group does not exist, /m;
    expect(await leases("list", "--failed", "--prefix", "sym")).toMatch(missing);
    expect(await leases("sweep", "--function-name", "sym-iam-group")).toMatch(
      /DynamoDB table sym-iam-group-leases.* does not exist .* restore the table from its backup/,
    );
    expect(await doctor()).toMatch(
      /^error +table: The table sym-iam-group-leases, which LEASES_TABLE names,/m,
    );

    const { BackupSummaries: [backup] = [] } = await dynamoDb.send(new ListBackupsCommand(table));
    const restored = { TargetTableName: table.TableName, BackupArn: backup?.BackupArn };
    await dynamoDb.send(new RestoreTableFromBackupCommand(restored));
    await account.deployment.apply(account.variables);
    expect(await doctor()).toMatch(/, 0 warnings, 0 errors, /);
    expect(members()).toHaveLength(1);
    await iam.pass(hour);
    expect(await leases("list", "--overdue", "--prefix", "sym")).toContain(run);
    expect(await leases("end", run, "--prefix", "sym", "--yes")).toMatch(/ has ended\.$/m);
    expect(members()).toEqual([]);
    expect(await leases("list", "--overdue", "--prefix", "sym")).toEqual(isEmpty);
  });
});
