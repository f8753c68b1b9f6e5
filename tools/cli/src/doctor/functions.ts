import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  paginateListFunctions,
} from "@aws-sdk/client-lambda";
import { awsFailure } from "@sym/command-line/aws-failure";
import { UsageError } from "@sym/command-line/usage-error";
import { readFunctionName } from "@sym/local-lambda/function-arn";
import { listHandlers } from "@sym/local-lambda/handler-bundles";
import { checkAccount } from "../aws-caller.ts";
import { functionsOf } from "../deployment.ts";
import type { Account } from "./account.ts";
import { askFor, rowsOr } from "./ask.ts";
import { flowFolderOf, flowFunctionsOf } from "./flow-functions.ts";
import type { DoctorOptions } from "./options.ts";
import { applyIn, failed, ok, type Row, type TerraformRoot, warning } from "./row.ts";

/** A function to check. */
export type Subject = {
  name: string;
  arn: string;
  /** The handler in this workspace, by the function's name; undefined if the name ends with no handler. */
  handler: string | undefined;
  /** The folder in this workspace with the function's bundle; undefined if neither a handler nor the flow has such a function. */
  folder: string | undefined;
  /** The root that makes the function. */
  root: TerraformRoot;
  /** Undefined if the caller may not read the configuration. */
  configuration: FunctionConfiguration | undefined;
  /** Undefined if the caller may not read or decrypt the environment. */
  environment: Record<string, string> | undefined;
};

/** The names of the functions to check. */
export async function namesOf({ prefix, functionNames }: DoctorOptions, account: Account): Promise<string[]> {
  if (prefix === undefined) return [...new Set(functionNames.map((name) => nameIn(name, account)))];
  const handlers = listHandlers();
  const names: string[] = [];
  try {
    for await (const page of paginateListFunctions({ client: account.clients.lambda }, {}))
      for (const { FunctionName: name = "", Environment } of page.Functions ?? []) {
        const { LEASES_TABLE: table, LEASES: leases } = Environment?.Variables ?? {};
        const isOurs = table !== undefined || leases !== undefined;
        const isHandler = handlers.some((one) => name === `${prefix}-${one}`);
        if (isOurs || isHandler || flowFolderOf(name)) names.push(name);
      }
  } catch (error) {
    throw awsFailure(error, {
      failed: "The functions were not listed",
      needs: "lambda:ListFunctions, or name each function by --function-name",
    });
  }
  const flow = flowFunctionsOf(prefix, names);
  const own = functionsOf(
    prefix,
    names.filter((name) => rootOf(name) === "infra/aws"),
  );
  if (own.length + flow.length > 0) return [...own, ...flow];
  throw new UsageError(
    `Account ${account.id} has no function ${prefix}-… of these handlers in ${account.region}. Set --prefix to the deployment's name_prefix, and --region to its region.`,
  );
}

/** The function to check, and the rows about its configuration. `subject` is undefined if the function does not exist. */
export async function findSubject(
  name: string,
  account: Account,
): Promise<{ subject: Subject | undefined; rows: Row[] }> {
  const check = "function";
  const root = rootOf(name);
  let configuration: FunctionConfiguration | undefined;
  const rows = await rowsOr(check, async () => {
    const call = account.clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    configuration = await askFor("lambda:GetFunctionConfiguration", "ResourceNotFoundException", call);
    if (configuration !== undefined) return [stateRow(check, configuration, root)];
    const place = `${account.region} of account ${account.id}`;
    const mend = `Set --region to the function's region, or deploy the function: terraform -chdir=${root} apply.`;
    return [failed(check, `${name} does not exist in ${place}. ${mend}`)];
  });
  const isAbsent = rows.some(({ level }) => level === "error") && configuration === undefined;
  return { subject: isAbsent ? undefined : subjectOf(name, account, configuration), rows };
}

function stateRow(check: string, configuration: FunctionConfiguration, root: TerraformRoot): Row {
  const {
    State: state,
    StateReason: reason,
    LastUpdateStatus: update,
    LastModified: changed,
  } = configuration;
  const why = reason ? ` (${reason})` : "";
  if (state === "Inactive")
    return warning(
      check,
      "Inactive: Lambda takes the first event for a wake-up and rejects it. Run this again.",
    );
  if (state === "Pending")
    return warning(check, "Lambda still creates the function. Run this again in a minute.");
  if (state !== undefined && state !== "Active")
    return failed(check, `The state is ${state}${why}, so Lambda runs no event. ${applyIn(root)}`);
  if (update === "Failed") return failed(check, `Lambda could not make the last change. ${applyIn(root)}`);
  return ok(check, `Active, changed ${changed?.slice(0, 16).replace("T", " ") ?? "at an unknown time"}`);
}

function subjectOf(
  name: string,
  { id, region, caller }: Account,
  configuration: FunctionConfiguration | undefined,
): Subject {
  const partition = caller.split(":")[1] || "aws";
  const { FunctionArn: arn, Environment } = configuration ?? {};
  const handler = handlerOf(name);
  return {
    name,
    arn: arn ?? `arn:${partition}:lambda:${region}:${id}:function:${name}`,
    handler,
    folder: handler === undefined ? flowFolderOf(name) : `handlers/${handler}`,
    root: rootOf(name),
    configuration,
    environment: configuration && !Environment?.Error ? (Environment?.Variables ?? {}) : undefined,
  };
}

/** The root that makes a function, by the function's name. */
export function rootOf(name: string): TerraformRoot {
  return handlerOf(name) === undefined && flowFolderOf(name) !== undefined ? "infra/flow" : "infra/aws";
}

/** The handler with the longest name that ends the function's name. */
function handlerOf(name: string): string | undefined {
  return listHandlers()
    .filter((handler) => name === handler || name.endsWith(`-${handler}`))
    .sort((a, b) => b.length - a.length)[0];
}

/** The name in a name or an ARN. The look-ups are in the caller's account. */
function nameIn(functionName: string, account: Account): string {
  checkAccount(functionName, account.isKnown ? account.id : undefined);
  return readFunctionName(functionName).name;
}
