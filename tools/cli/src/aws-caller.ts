import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { awsFailure, isUnreachable } from "@sym/command-line/aws-failure";

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

/** Makes every client of AWS in this process use the region. */
export function useRegion(region: string | undefined): void {
  const chosen = region ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  if (chosen) process.env["AWS_REGION"] = chosen;
}
