import { readFunctionName } from "@sym/local-lambda/function-arn";
import { type Caller, identifyCaller, regionFor, useRegion } from "../aws-caller.ts";
import type { LeasesOptions } from "./options.ts";

/** Where a command works: the sandbox, or an account with the caller's own credentials. */
export type Place = { caller?: Caller };

type Where = Pick<LeasesOptions, "tables" | "prefix" | "functionName" | "region">;

/** Finds out in which account and region a command works, and prints both on stderr, before the command does anything. */
export async function openPlace(options: Where): Promise<Place> {
  if (isSandbox(options)) {
    process.stderr.write("Sandbox\n");
    return {};
  }
  useRegion(regionFor(options.functionName === undefined ? [] : [options.functionName], options.region));
  const caller = await identifyCaller();
  const { account = "not known (STS is unreachable)", region } = caller;
  process.stderr.write(`Account ${account}, region ${region}, ${partsOf(options)}\n`);
  return { caller };
}

export function isSandbox({ tables, prefix, functionName }: Omit<Where, "region">): boolean {
  return tables.length === 0 && prefix === undefined && functionName === undefined;
}

/** The place as the end of a sentence, such as "exists in …". */
export function inWords(options: Omit<Where, "region">): string {
  return isSandbox(options) ? "the sandbox" : `the ${partsOf(options)}`;
}

/** The function behind a table. `modules/handler` in infra/ names a table `<function>-leases`. */
export function functionOf(table: string): string {
  return table.replace(/-leases$/, "");
}

/** The tables that a command reads in AWS. */
export function tablesOf({ tables, functionName }: Pick<Where, "tables" | "functionName">): string[] {
  if (tables.length > 0 || functionName === undefined) return tables;
  return [`${readFunctionName(functionName).name}-leases`];
}

function partsOf({ tables, prefix, functionName }: Omit<Where, "region">): string {
  const names = prefix === undefined ? tables.join(", ") : `${prefix}-…-leases`;
  const parts = [
    ...(functionName === undefined ? [] : [`function ${functionName}`]),
    ...(names === "" ? [] : [`${tables.length === 1 ? "table" : "tables"} ${names}`]),
  ];
  return parts.join(", ");
}
