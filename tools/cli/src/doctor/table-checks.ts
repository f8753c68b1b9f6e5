import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import { ttlAttribute } from "@sym/leases";
import type { Account } from "./account.ts";
import { ask, askFor, rowsOr } from "./ask.ts";
import type { Subject } from "./functions.ts";
import { applyAgain, failed, notChecked, ok, type Row, warning } from "./row.ts";

const check = "table";

/** Checks the table of leases that the function's environment names. */
export async function checkTable({ environment }: Subject, account: Account): Promise<Row[]> {
  if (!environment)
    return [notChecked(check, "The function's environment was not seen, so its table is unknown.")];
  const { LEASES: leases, LEASES_TABLE: name } = environment;
  if (leases === "off")
    return [
      warning(
        check,
        "LEASES is off: the function keeps no leases, and no sweep ends access whose deescalate never arrived. Remove LEASES from the environment, and apply infra/aws.",
      ),
    ];
  if (!name)
    return [failed(check, `LEASES_TABLE is not set, so the function refuses every event. ${applyAgain}`)];
  return await rowsOr(check, () => checkNamedTable(name, account));
}

async function checkNamedTable(name: string, account: Account): Promise<Row[]> {
  const { dynamoDb } = account.clients;
  const call = dynamoDb.send(new DescribeTableCommand({ TableName: name }));
  const described = await askFor("dynamodb:DescribeTable", "ResourceNotFoundException", call);
  if (!described?.Table)
    return [
      failed(
        check,
        `The table ${name}, which LEASES_TABLE names, does not exist in ${account.region}, the function's region. Restore a deleted table before any apply, which would make an empty one: docs/operations.md, "The table is unreachable". Or correct the name: terraform -chdir=infra/aws apply.`,
      ),
    ];
  const rows = await Promise.all([
    rowsOr("time to live", () => checkTimeToLive(name, account)),
    rowsOr("recovery", () => checkRecovery(name, account)),
  ]);
  return [
    checkStatus(name, described.Table),
    checkIndex(name, described.Table),
    ...rows.flat(),
    checkProtection(name, described.Table),
  ];
}

function checkStatus(name: string, { TableStatus: status }: TableDescription): Row {
  if (status === "ACTIVE" || status === "UPDATING") return ok(check, `${name}, ${status}`);
  return failed(
    check,
    `The table ${name} is ${status}, so the function cannot use it. Wait until it is ACTIVE.`,
  );
}

function checkIndex(name: string, { GlobalSecondaryIndexes: indexes = [] }: TableDescription): Row {
  const index = indexes.find(({ IndexName }) => IndexName === "due");
  if (index?.IndexStatus === "ACTIVE") return ok("table index", "due, ACTIVE");
  const state = index ? `is ${index.IndexStatus}` : "does not exist";
  return failed(
    "table index",
    `The index due of ${name} ${state}, so no sweep finds what is due. ${index ? "Wait until it is ACTIVE." : applyAgain}`,
  );
}

async function checkTimeToLive(name: string, { clients }: Account): Promise<Row[]> {
  const command = new DescribeTimeToLiveCommand({ TableName: name });
  const answer = await ask("dynamodb:DescribeTimeToLive", clients.dynamoDb.send(command));
  const { AttributeName: attribute, TimeToLiveStatus: status } = answer.TimeToLiveDescription ?? {};
  const isOn = status === "ENABLED" || status === "ENABLING";
  if (isOn && attribute === ttlAttribute) return [ok("time to live", `On, by ${ttlAttribute}`)];
  return [
    warning(
      "time to live",
      `The time to live of ${name} ${isOn ? `reads the attribute ${attribute}` : "is off"}, so records of ended requests stay for ever. ${applyAgain}`,
    ),
  ];
}

async function checkRecovery(name: string, { clients }: Account): Promise<Row[]> {
  const command = new DescribeContinuousBackupsCommand({ TableName: name });
  const answer = await ask("dynamodb:DescribeContinuousBackups", clients.dynamoDb.send(command));
  const recovery = answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  if (recovery?.PointInTimeRecoveryStatus === "ENABLED") return [ok("recovery", "Point in time")];
  return [
    warning(
      "recovery",
      `The point-in-time recovery of ${name} is off, so nobody can restore a deleted or damaged table. ${applyAgain}`,
    ),
  ];
}

function checkProtection(name: string, { DeletionProtectionEnabled: isOn }: TableDescription): Row {
  if (isOn) return ok("protection", "Against deletion");
  return warning(
    "protection",
    `The deletion protection of ${name} is off. Without the table, nothing ends the recorded access. Set deletion_protection = true in infra/aws, and apply.`,
  );
}
