import {
  DecryptionFailure,
  GetSecretValueCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { clientDefaults, toSymError } from "@sym/aws";
import { SymError } from "@sym/lambda-core";

/** Reads the text of a secret, without the white space around it. `missing` makes the error if there is no such secret. */
export async function readSecret(
  name: string,
  signal: AbortSignal,
  missing: (cause: unknown) => SymError,
): Promise<string> {
  const client = new SecretsManagerClient(clientDefaults);
  const command = new GetSecretValueCommand({ SecretId: name });
  const { SecretString } = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) throw missing(error);
    if (error instanceof DecryptionFailure)
      throw unreadable(`AWS cannot decrypt the secret ${name}; repair its KMS key, then try again`, error);
    if (error instanceof InvalidRequestException)
      throw unreadable(
        `The secret ${name} cannot be read; if it is scheduled for deletion, restore it, then try again`,
        error,
      );
    throw toSymError(error, { action: "secretsmanager:GetSecretValue", on: `secret ${name}` });
  });
  return SecretString?.trim() ?? "";
}

function unreadable(sentence: string, cause: Error): SymError {
  return new SymError(sentence, { reason: "unavailable", cause });
}
