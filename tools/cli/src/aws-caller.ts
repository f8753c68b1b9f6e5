import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { awsFailure, isUnreachable } from "@sym/command-line/aws-failure";
import { UsageError } from "@sym/command-line/usage-error";
import { readFunctionName } from "@sym/local-lambda/function-arn";

/** The caller of AWS. `account` and `arn` are undefined if STS is unreachable, as in a network with few endpoints. */
export type Caller = { region: string; account?: string; arn?: string };

const requestHandler = { connectionTimeout: 3_000, requestTimeout: 5_000 };

/** The region and the identity of the caller's own credentials. Bad credentials and a missing region are usage errors. */
export async function identifyCaller(): Promise<Caller> {
  const sts = new STSClient({ requestHandler, maxAttempts: 2 });
  let region = "";
  try {
    region = await sts.config.region();
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
    return { region, ...(Account && { account: Account }), ...(Arn && { arn: Arn }) };
  } catch (error) {
    if (region !== "" && isUnreachable(error)) return { region };
    throw awsFailure(error, { failed: "AWS did not identify you" });
  }
}

/** The region of `--region` and of the functions' ARNs; undefined without any. Several regions are a usage error. */
export function regionFor(functionNames: string[], region: string | undefined): string | undefined {
  const named = [region, ...functionNames.map((name) => readFunctionName(name).region)];
  const regions = new Set(named.filter((one) => one !== undefined));
  if (regions.size < 2) return [...regions][0];
  throw new UsageError(
    `The command line names several regions (${[...regions].join(", ")}). Run the command once for each region.`,
  );
}

/** Throws for an ARN of another account than the caller's, whose tables the caller would read. */
export function checkAccount(functionName: string, account: string | undefined): void {
  const { account: named } = readFunctionName(functionName);
  if (named === undefined || account === undefined || named === account) return;
  throw new UsageError(
    `The function ${functionName} is in account ${named}, but your credentials are of account ${account}. Set AWS_PROFILE to a role in account ${named}.`,
  );
}

/** Makes every client of AWS in this process use the region. */
export function useRegion(region: string | undefined): void {
  const chosen = region ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  if (chosen) process.env["AWS_REGION"] = chosen;
}
