import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { requireElement } from "./answers.ts";
import { toSymError } from "./to-sym-error.ts";

/**
 * Options for every AWS client in a handler: three attempts with the SDK's back-off, none longer than 4 s, so a hanging
 * connection leaves time for another attempt before the function's own deadline.
 */
export const clientDefaults = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
};

/** Time limit for all attempts to assume a role. Invocations share the credentials, so no single signal applies. */
const assumeTimeoutMs = 8_000;

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken: string; expiration: Date };
type CredentialsProvider = () => Promise<Credentials>;

/** Whether a text is the ARN of an IAM role, in any partition. Source: `pathType` and `roleNameType` of IAM's model. */
export function isRoleArn(value: string): boolean {
  return /^arn:aws[\w-]*:iam::\d{12}:role\/([\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/.test(value);
}

/**
 * Makes one client for the function's own account and one for each role in another account, and keeps the clients while
 * the function is warm. The SDK calls the provider again when the credentials have less than 5 minutes left.
 */
export function clientPerRole<C>(create: (credentials?: CredentialsProvider) => C): (roleArn?: string) => C {
  const clients = new Map<string, C>();
  return (roleArn) => {
    const key = roleArn ?? "";
    const client = clients.get(key) ?? create(roleArn === undefined ? undefined : assumeRole(roleArn));
    clients.set(key, client);
    return client;
  };
}

function assumeRole(roleArn: string): CredentialsProvider {
  const sts = new STSClient(clientDefaults);
  const command = new AssumeRoleCommand({
    RoleArn: roleArn,
    RoleSessionName: process.env["AWS_LAMBDA_FUNCTION_NAME"] ?? "sym-handler",
  });
  return async () => {
    const abortSignal = AbortSignal.timeout(assumeTimeoutMs);
    const call = { action: "sts:AssumeRole", on: roleArn };
    const { Credentials: credentials } = await sts.send(command, { abortSignal }).catch((error: unknown) => {
      // An aborted client throws an error of its own; the reason of the abort is the timeout.
      throw toSymError(abortSignal.aborted ? abortSignal.reason : error, call);
    });
    return {
      accessKeyId: requireElement(credentials?.AccessKeyId, call),
      secretAccessKey: requireElement(credentials?.SecretAccessKey, call),
      sessionToken: requireElement(credentials?.SessionToken, call),
      expiration: requireElement(credentials?.Expiration, call),
    };
  };
}
