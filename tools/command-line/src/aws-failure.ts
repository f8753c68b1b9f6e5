import { UsageError } from "./usage-error.ts";

/** A use of AWS with the caller's own credentials. */
export type AwsUse = {
  /** The failure as a sentence without its end: `The table sym-iam-group-leases was not read`. */
  failed: string;
  /** The permission: `dynamodb:Scan on the table sym-iam-group-leases`. */
  needs?: string;
  /** What to do if AWS knows no such resource, as a sentence. */
  ifMissing?: string;
};

type Mend = { names: RegExp; says(use: AwsUse, name: string): string };

/** The failures of the credentials themselves, whatever the call. */
const credentials: Mend[] = [
  {
    names: /^(ExpiredToken(Exception)?|RequestExpired|TokenProviderError)$/,
    says: () => "Your AWS credentials have expired. Log in again, such as with aws sso login.",
  },
  {
    names: /^CredentialsProviderError$/,
    says: () =>
      "AWS credentials are missing. Set AWS_PROFILE after aws sso login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
  },
  {
    names:
      /^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|IncompleteSignature(Exception)?|InvalidSignatureException|SignatureDoesNotMatch|MissingAuthenticationToken(Exception)?)$/,
    says: (_, name) =>
      `AWS does not accept your credentials (${name}). Correct AWS_PROFILE, or AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.`,
  },
];

const mends: Mend[] = [
  ...credentials,
  {
    names: /^(AccessDenied(Exception)?|UnauthorizedOperation|OptInRequired)$/,
    says: ({ needs = "the permission" }) =>
      `Your role lacks a permission. Allow ${needs}, or set AWS_PROFILE to a role that may do this.`,
  },
  {
    names: /^ResourceNotFoundException$/,
    says: ({ ifMissing }) => ifMissing ?? "AWS knows no such resource in this account and region.",
  },
  {
    names: /^(Throttl|TooManyRequests|ProvisionedThroughputExceeded|RequestLimitExceeded)/,
    says: (_, name) => `AWS throttles these calls (${name}). Run the command again in a minute.`,
  },
];

/** A usage error for a failed call of AWS: the failed call, the reason, and the setting or command that mends the failure. */
export function awsFailure(error: unknown, use: AwsUse): UsageError {
  return new UsageError(`${use.failed}. ${mendOf(error, use)}`);
}

/** What to do about missing, wrong or expired credentials; undefined for every other failure. */
export function credentialsProblem(error: unknown): string | undefined {
  const kind = kindOf(error);
  return credentials.find(({ names }) => names.test(kind))?.says({ failed: "" }, kind);
}

/** Whether AWS did not answer at all. */
export function isUnreachable(error: unknown): boolean {
  const { code, name } = partsOf(error);
  return (
    /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)/.test(code) ||
    name === "TimeoutError"
  );
}

function mendOf(error: unknown, use: AwsUse): string {
  const { name, message, code } = partsOf(error);
  if (message === "Region is missing")
    return "No AWS region is set. Set AWS_REGION to the region of the deployment, such as eu-central-1; doctor, leases and invoke also take --region eu-central-1.";
  const kind = kindOf(error);
  const mend = mends.find(({ names }) => names.test(kind));
  if (mend) return mend.says(use, name);
  if (isUnreachable(error))
    return `AWS is unreachable (${code || name}). Check the network, AWS_REGION and AWS_ENDPOINT_URL.`;
  return `AWS answered ${name}: ${message.replace(/\.$/, "")}. Check AWS_PROFILE and AWS_REGION, then run the command again.`;
}

/** The name of the error. That of an expired single sign-on has the name of missing credentials. */
function kindOf(error: unknown): string {
  const { name, message } = partsOf(error);
  return name === "CredentialsProviderError" && /expired/i.test(message) ? "ExpiredToken" : name;
}

function partsOf(error: unknown): { name: string; message: string; code: string } {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error), code: "" };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return { name: error.name, message: error.message, code };
}
