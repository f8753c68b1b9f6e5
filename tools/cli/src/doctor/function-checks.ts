import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  type FunctionConfiguration,
  GetFunctionConcurrencyCommand,
  GetFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";
import type { Account } from "./account.ts";
import { ask, askFor, rowsOr } from "./ask.ts";
import type { Subject } from "./functions.ts";
import { zipIn } from "./local-build.ts";
import { applyAgain, applyIn, failed, notChecked, ok, type Row, warning } from "./row.ts";

/** The oldest Node.js that the bundles run on. */
const OLDEST_NODE = 22;

/** In seconds. Below the minimum, an answer cannot wait for a lock and a slow target system. */
const TIME_LIMIT = { usual: 30, minimum: 10 };

/** Checks the function's settings, its reserved concurrency, its retries and its log. */
export async function checkFunction(subject: Subject, account: Account): Promise<Row[]> {
  const { configuration } = subject;
  const rows = [
    checkConcurrency(subject, account),
    checkRetries(subject, account),
    checkLog(subject, account),
  ];
  const settings = configuration
    ? [
        checkRuntime(subject, configuration),
        checkTimeLimit(configuration),
        checkBundle(subject, configuration),
      ]
    : [];
  return [...settings, ...(await Promise.all(rows)).flat()];
}

/** Checks the settings and the log of a function of the flow. */
export async function checkFlowFunction(subject: Subject, account: Account): Promise<Row[]> {
  const { configuration } = subject;
  const settings = configuration
    ? [checkRuntime(subject, configuration), checkBundle(subject, configuration)]
    : [];
  return [...settings, ...(await checkLog(subject, account))];
}

function checkRuntime({ root }: Subject, { Runtime, Architectures }: FunctionConfiguration): Row {
  const check = "runtime";
  const runtime: string = Runtime ?? "no runtime";
  const [, major] = /^nodejs(\d+)/.exec(runtime) ?? [];
  if (major === undefined)
    return notChecked(check, `${runtime}: this command knows the versions of Node.js only.`);
  if (Number(major) >= OLDEST_NODE) return ok(check, `${runtime} on ${Architectures?.[0] ?? "x86_64"}`);
  const mend =
    root === "infra/aws" ? `Set runtime = "nodejs${OLDEST_NODE}.x" in infra/aws, and apply.` : applyIn(root);
  return failed(
    check,
    `The runtime is ${runtime}, but the bundles need nodejs${OLDEST_NODE}.x or newer. ${mend}`,
  );
}

function checkTimeLimit({ Timeout: seconds = 3 }: FunctionConfiguration): Row {
  const check = "time limit";
  const { usual, minimum } = TIME_LIMIT;
  if (seconds >= usual) return ok(check, `${seconds} s`);
  if (seconds >= minimum)
    return warning(check, `The time limit is ${seconds} s instead of ${usual} s. ${applyAgain}`);
  return failed(
    check,
    `The time limit is ${seconds} s, so Lambda can stop an event before its answer; the minimum is ${minimum} s. ${applyAgain}`,
  );
}

function checkBundle({ folder, root }: Subject, { CodeSha256: deployed }: FunctionConfiguration): Row {
  const check = "bundle";
  if (folder === undefined)
    return notChecked(
      check,
      "The function's name ends with no handler of handlers/, so no local build is known.",
    );
  const zip = path.relative(workspaceRoot, zipIn(folder));
  if (!existsSync(zipIn(folder))) return notChecked(check, `${zip} does not exist. Run npm run build.`);
  const local = createHash("sha256")
    .update(readFileSync(zipIn(folder)))
    .digest("base64");
  if (local === deployed) return ok(check, `The same as ${zip}`);
  return warning(
    check,
    `The deployed bundle differs from the local build ${zip}. Check out the deployed version, or deploy the local build: terraform -chdir=${root} apply.`,
  );
}

async function checkConcurrency({ name, handler }: Subject, { clients }: Account): Promise<Row[]> {
  const check = "concurrency";
  return await rowsOr(check, async () => {
    const command = new GetFunctionConcurrencyCommand({ FunctionName: name });
    const answer = await ask("lambda:GetFunctionConcurrency", clients.lambda.send(command));
    const reserved = answer.ReservedConcurrentExecutions ?? undefined;
    if (reserved === undefined) return [ok(check, "Not reserved")];
    if (reserved > 0) return [ok(check, `${reserved} events at once`)];
    const variable = handler?.replaceAll("-", "_") ?? "the handler";
    return [
      warning(
        check,
        `The reserved concurrency is 0, the emergency stop: Lambda rejects every event, also deescalates and sweeps, so access stays. Remove reserved_concurrency = 0 from ${variable} in infra/aws, and apply.`,
      ),
    ];
  });
}

async function checkRetries({ name }: Subject, { clients }: Account): Promise<Row[]> {
  const check = "retries";
  return await rowsOr(check, async () => {
    const command = new GetFunctionEventInvokeConfigCommand({ FunctionName: name });
    const call = clients.lambda.send(command);
    const config = await askFor("lambda:GetFunctionEventInvokeConfig", "ResourceNotFoundException", call);
    const retries = config?.MaximumRetryAttempts ?? 2;
    if (retries === 0) return [ok(check, "Lambda does not repeat a failed sweep")];
    return [warning(check, `Lambda repeats a failed sweep ${retries} times. ${applyAgain}`)];
  });
}

async function checkLog({ name, configuration, root }: Subject, { clients }: Account): Promise<Row[]> {
  const check = "log";
  const group = configuration?.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`;
  return await rowsOr(check, async () => {
    const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: group, limit: 50 });
    const { logGroups = [] } = await ask("logs:DescribeLogGroups", clients.logs.send(command));
    const found = logGroups.find(({ logGroupName }) => logGroupName === group);
    if (!found)
      return [
        failed(
          check,
          `The log group ${group} does not exist. The function's role may not create one, so its log lines and metrics are lost. ${applyIn(root)}`,
        ),
      ];
    const { retentionInDays: days } = found;
    if (days !== undefined) return [ok(check, `${group} keeps ${days} days`)];
    return [warning(check, `The log group ${group} keeps its lines for ever. ${applyIn(root)}`)];
  });
}
