import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { clientDefaults, mustBeFromAws, toSymError } from "@sym/aws";
import { SymError } from "@sym/lambda-core";

/** Reads the text of a secret, without surrounding white space. `missing` makes the error if the secret does not exist. */
export async function readSecret(
  name: string,
  signal: AbortSignal,
  missing: (cause: unknown) => SymError,
): Promise<string> {
  const client = new SecretsManagerClient(clientDefaults);
  const call = { action: "secretsmanager:GetSecretValue", on: `secret ${name}` };
  const command = new GetSecretValueCommand({ SecretId: name });
  const answer = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
    const { name: code } = error as Error;
    if (code === "ResourceNotFoundException") throw missing(error);
    const sentence = sentences[isOfKey(error as Error) ? "DecryptionFailure" : code];
    throw sentence === undefined
      ? toSymError(error, call)
      : new SymError(`Secret ${name} ${sentence}`, { reason: "unavailable", retryable: false, cause: error });
  });
  mustBeFromAws(answer, call);
  return answer.SecretString?.trim() ?? "";
}

/** The sentences for the errors of secrets in the service's model of GetSecretValue. */
const sentences: Record<string, string> = {
  InvalidRequestException:
    "cannot be read in its present state, such as marked for deletion; restore the secret, or name another secret in the function's environment",
  InvalidParameterException:
    "has a name that AWS does not accept; correct the name in the function's environment",
  DecryptionFailure:
    "cannot be decrypted with its KMS key; allow the function's role kms:Decrypt on the key, and check that the key is enabled",
};

/** Whether the role may not use the KMS key: Secrets Manager answers AccessDeniedException, and only the message names KMS. */
function isOfKey({ name, message }: Error): boolean {
  return name.startsWith("AccessDenied") && /\bkms\b/i.test(message);
}
