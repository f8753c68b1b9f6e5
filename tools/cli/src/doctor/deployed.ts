import { UsageError } from "@sym/command-line/usage-error";
import { regionFor } from "../aws-caller.ts";
import { type Account, openAccount } from "./account.ts";
import { checkAlarms } from "./alarm-checks.ts";
import { ownChecks } from "./answer.ts";
import { checkConnector } from "./connector-checks.ts";
import { checkForFlow } from "./flow-checks.ts";
import { checkFlowFunction, checkFunction } from "./function-checks.ts";
import { findSubject, namesOf, rootOf } from "./functions.ts";
import { checkInside } from "./inside.ts";
import type { DoctorOptions, Target } from "./options.ts";
import type { Report } from "./report.ts";
import { notChecked, type Row } from "./row.ts";
import { checkSchedule } from "./schedule-checks.ts";
import { checkSecrets } from "./secret-checks.ts";
import { checkTable } from "./table-checks.ts";
import { checkTargetArns } from "./target-checks.ts";

/** Checks functions in AWS, from inside and from outside. */
export async function checkDeployed(options: DoctorOptions): Promise<Report> {
  const account = await openAccount(regionFor(options.functionNames, options.region));
  const names = await namesOf(options, account);
  const handlers = names.filter((name) => rootOf(name) === "infra/aws");
  const shared = shareTargets(options.targets, handlers);
  const functions = names.map(async (name) => ({
    name,
    checks: await checkOne(name, shared.get(name) ?? [], account),
  }));
  const { id, region, caller } = account;
  return { account: id, region, caller, functions: await Promise.all(functions) };
}

async function checkOne(name: string, targets: Target[], account: Account): Promise<Row[]> {
  const { subject, rows } = await findSubject(name, account);
  if (!subject) return rows;
  if (subject.root === "infra/flow") {
    const parts = [checkFlowFunction(subject, account), checkInside(subject, [], account)];
    return [...rows, ...(await Promise.all(parts)).flat()];
  }
  const settings = await checkFunction(subject, account);
  const isStopped = settings.some(({ check, level }) => check === "concurrency" && level === "warning");
  const stopped = notChecked(ownChecks, "Lambda rejects every event of this function, also the event check.");
  const parts = await Promise.all([
    isStopped ? [stopped] : checkInside(subject, targets, account),
    checkTargetArns(targets, subject, account),
    checkTable(subject, account),
    checkSecrets(subject, account),
    checkSchedule(subject, account, Date.now()),
    checkAlarms(subject, account),
    checkConnector(subject, account),
    checkForFlow(subject, account),
  ]);
  return [...rows, ...settings, ...parts.flat()];
}

/** The targets of each function. A target belongs to the only function, or to the function in its setting `arn`. */
function shareTargets(targets: Target[], names: string[]): Map<string, Target[]> {
  const shared = new Map<string, Target[]>();
  for (const target of targets) {
    const named = names.length === 1 ? names[0] : target.settings["arn"]?.split(":")[6];
    if (names.length === 0)
      throw new UsageError(
        `--target ${target.name} is a target of a handler, but only functions of the flow are checked. Remove --target, or name the handler's function by --function-name.`,
      );
    if (named === undefined || !names.includes(named))
      throw new UsageError(
        `--target ${target.name} belongs to none of ${names.join(", ")}. Add arn=<the function's ARN> to the target, or check one function by --function-name.`,
      );
    shared.set(named, [...(shared.get(named) ?? []), target]);
  }
  return shared;
}
