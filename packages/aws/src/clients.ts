import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { answerTo, requireElement } from "./answers.ts";

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
/** The role and the region of a client; without either, the function's own. Other fields do not count. */
type Place = { roleArn?: string; region?: string };
type ClientOptions = typeof clientDefaults & { region?: string; credentials?: CredentialsProvider };

/** Whether a text is the ARN of an IAM role, in any partition. Source: `pathType` and `roleNameType` of IAM's model. */
export function isRoleArn(value: string): boolean {
  return /^arn:aws[\w-]*:iam::\d{12}:role\/([\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/.test(value);
}

/**
 * Makes one client for each role and region, and keeps the clients while the function is warm. The SDK calls the provider
 * again when the credentials have less than 5 minutes left.
 */
export function clientPerRole<C>(create: (options: ClientOptions) => C): (place: Place) => C {
  const clients = new Map<string, C>();
  return ({ roleArn, region }) => {
    const key = `${roleArn} ${region}`;
    const client =
      clients.get(key) ??
      create({
        ...clientDefaults,
        ...(region !== undefined && { region }),
        ...(roleArn !== undefined && { credentials: assumeRole(roleArn) }),
      });
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
    const sent = sts.send(command, { abortSignal }).catch((error: unknown) => {
      // An aborted client throws an error of its own; the reason of the abort is the timeout.
      throw abortSignal.aborted ? abortSignal.reason : error;
    });
    const { Credentials: credentials } = await answerTo(call, sent);
    return {
      accessKeyId: requireElement(credentials?.AccessKeyId, call),
      secretAccessKey: requireElement(credentials?.SecretAccessKey, call),
      sessionToken: requireElement(credentials?.SessionToken, call),
      expiration: requireElement(credentials?.Expiration, call),
    };
  };
}
