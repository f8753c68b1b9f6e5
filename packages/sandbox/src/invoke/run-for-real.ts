import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { Mistake } from "../mistake.ts";
import { paths, readText, withField } from "../payload-fields.ts";
import { systems } from "../systems.ts";
import { functionArnOf, regionOf } from "./function-arn.ts";
import type { InvokeOptions } from "./options.ts";
import { invokeLocally, type Note, type Run } from "./run.ts";

/** The bundle here, with the caller's own credentials, against the real target system. */
export async function runForReal(options: InvokeOptions, payload: unknown, note: Note): Promise<Run> {
  const arn = functionArnOf(payload);
  const region = process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"] ?? regionOf(arn);
  const caller = await whoAmI(region);
  const roleArn = readText(payload, paths.setting("role_arn"));
  const account = roleArn?.split(":")[4] ?? caller.account;
  note(
    `--real changes access in AWS account ${account}${roleArn ? ` through ${roleArn}` : ""}, as ${caller.arn}.`,
  );
  if (!options.yes) throw new Mistake("Nothing was changed: add --yes if that is what you want.");

  // Answers name the function's account, which here is the one of whoever calls.
  const functionArn = arn.split(":").with(4, caller.account).join(":");
  const hasArn = readText(payload, paths.setting("arn")) === arn;
  const sent = hasArn ? withField(payload, paths.setting("arn"), functionArn) : payload;
  const environment = { ...callersEnvironment(), AWS_REGION: region, ...options.environment };
  const describe = async () =>
    (await systems[options.handler]?.describeReal({ payload: sent, environment }, region)) ?? null;
  const before = await describe();
  const invocation = await invokeLocally(options, sent, { functionArn, environment });
  return { where: "for real", before, invocation, after: await describe() };
}

async function whoAmI(region: string): Promise<{ account: string; arn: string }> {
  try {
    const { Account = "", Arn = "" } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn };
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
    throw new Mistake(`--real needs AWS credentials that work, and yours do not (${reason}).`);
  }
}

/** What credentials and their profiles need; `PATH` is for a `credential_process`. */
function callersEnvironment(): Record<string, string> {
  const passed = (name: string) =>
    (name.startsWith("AWS_") && !name.startsWith("AWS_LAMBDA_")) || name === "HOME" || name === "PATH";
  const variables = Object.entries(process.env).filter(([name]) => passed(name));
  return Object.fromEntries(variables.map(([name, value]) => [name, value ?? ""]));
}
