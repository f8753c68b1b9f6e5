import { awsId } from "../aws/aws-id.ts";
import { type Json, JsonError, jsonService } from "../aws/json-protocol.ts";
import type { Caller, Service } from "../aws/service.ts";
import { record } from "../kernel/record.ts";

/** By account and name, the text of the current version. */
export type SecretsManagerState = Record<string, string>;

/** Secrets, for tests to set up. */
export type SecretsManager = {
  /** Creates the secret in the sandbox's own account, or gives the secret a new current version. */
  putSecret(name: string, text: string): void;
};

export function secretsManagerWorld(state: () => SecretsManagerState, ownAccount: string): SecretsManager {
  return {
    putSecret: (name, text) => {
      record({ secret: text });
      state()[keyOf(ownAccount, name)] = text;
    },
  };
}

/** Secrets Manager's wire API: GetSecretValue. https://docs.aws.amazon.com/secretsmanager/latest/apireference */
export function secretsManagerService(state: () => SecretsManagerState): Service {
  return jsonService(
    "secretsmanager",
    { GetSecretValue: (parameters, caller) => getSecretValue(state(), parameters, caller) },
    {
      AccessDenied: "AccessDeniedException",
      Throttling: "ThrottlingException",
      ServiceFailure: "InternalServiceError",
    },
  );
}

function getSecretValue(
  state: SecretsManagerState,
  { SecretId }: Json,
  caller: Caller & { region: string },
): Json {
  const { arn, name, text } = findSecret(state, String(SecretId), caller);
  if (text === undefined)
    throw new JsonError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  return {
    ARN: arn,
    Name: name,
    SecretString: text,
    VersionStages: ["AWSCURRENT"],
  };
}

/** A secret by its name or ARN. A missing secret has no `text`, and its ARN lacks AWS's random end. */
export function findSecret(
  state: SecretsManagerState,
  id: string,
  { account, region }: { account: string; region: string },
) {
  const prefix = `arn:aws:secretsmanager:${region}:${account}:secret:`;
  // A full ARN ends in a hyphen and six random characters.
  const name = id.startsWith(prefix) ? id.slice(prefix.length).replace(/-\w{6}$/, "") : id;
  const text = state[keyOf(account, name)];
  const arn = `${prefix}${name}${text === undefined ? "" : `-${awsId("", 6, account, name)}`}`;
  return { arn, name, text };
}

function keyOf(account: string, name: string): string {
  return `${account}/${name}`;
}
