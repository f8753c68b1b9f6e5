import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { clientDefaults, toSymError } from "@sym/aws";
import type { SymError } from "@sym/lambda-core";

/** Reads the text of a secret, without surrounding white space. `missing` makes the error if the secret does not exist. */
export async function readSecret(
  name: string,
  signal: AbortSignal,
  missing: (cause: unknown) => SymError,
): Promise<string> {
  const client = new SecretsManagerClient(clientDefaults);
  const command = new GetSecretValueCommand({ SecretId: name });
  const { SecretString } = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) throw missing(error);
    throw toSymError(error, { action: "secretsmanager:GetSecretValue", on: `secret ${name}` });
  });
  return SecretString?.trim() ?? "";
}
