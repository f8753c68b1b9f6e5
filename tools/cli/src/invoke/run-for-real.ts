import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { awsFailure } from "@sym/command-line/aws-failure";
import { UsageError } from "@sym/command-line/usage-error";
import { functionArnOf, regionOf } from "@sym/local-lambda/function-arn";
import { loadSystem } from "@sym/local-lambda/target-system";
import { paths, readText, withField } from "@sym/test-payloads/payload-fields";
import type { InvokeOptions } from "./options.ts";
import { invokeLocally, type Note, type Run } from "./run.ts";

/** Runs the local bundle with the caller's credentials, against the real target system. */
export async function runForReal(options: InvokeOptions, payload: unknown, note: Note): Promise<Run> {
  const arn = functionArnOf(payload);
  const region = process.env["AWS_REGION"] ?? regionOf(arn);
  const caller = await whoAmI(region);
  const roleArn = readText(payload, paths.setting("role_arn"));
  const account = roleArn?.split(":")[4] ?? caller.account;
  const where = `AWS account ${account}${roleArn ? ` through ${roleArn}` : ""}, as ${caller.arn}`;
  note(
    options.plan ? `This plan reads ${where}, and changes nothing.` : `--real changes access in ${where}.`,
  );
  if (!options.plan && !options.yes)
    throw new UsageError("Nothing was changed. Add --yes to change real access.");

  // Answers name the function's account, which here is the caller's account.
  const functionArn = arn.split(":").with(4, caller.account).join(":");
  const hasArn = readText(payload, paths.setting("arn")) === arn;
  const sent = hasArn ? withField(payload, paths.setting("arn"), functionArn) : payload;
  const environment = { ...callersEnvironment(), ...caller.keys, AWS_REGION: region, ...options.environment };
  const system = await loadSystem(options.handler);
  const describe = async () => (await system?.describeReal({ payload: sent, environment }, region)) ?? null;
  const before = await describe();
  const invocation = await invokeLocally(options, sent, { functionArn, environment });
  return { where: "for real", before, invocation, after: await describe() };
}

type Caller = { account: string; arn: string; keys: Record<string, string> };

/** `keys`: the credentials as environment variables, as in Lambda. A bundle reads credentials only from there. */
async function whoAmI(region: string): Promise<Caller> {
  try {
    const sts = new STSClient({ region });
    const { Account = "", Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
    const { accessKeyId, secretAccessKey, sessionToken = "" } = await sts.config.credentials();
    const keys = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
    return { account: Account, arn: Arn, keys };
  } catch (error) {
    throw awsFailure(error, { failed: "--real needs working AWS credentials" });
  }
}

/** The AWS variables of the caller, such as endpoints, and HOME, where the AWS profiles are. */
function callersEnvironment(): Record<string, string> {
  const passed = (name: string) =>
    (name.startsWith("AWS_") && !name.startsWith("AWS_LAMBDA_")) || name === "HOME";
  const variables = Object.entries(process.env).filter(([name]) => passed(name));
  return Object.fromEntries(variables.map(([name, value]) => [name, value ?? ""]));
}
