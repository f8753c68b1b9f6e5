import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import type { Account } from "./account.ts";
import { askFor, rowsOr } from "./ask.ts";
import type { Subject } from "./functions.ts";
import { failed, ok, type Row } from "./row.ts";

const check = "secret";

/** Checks the secrets that the function's environment names, by variables that end with `_SECRET`. Never reads a value. */
export async function checkSecrets({ environment = {} }: Subject, account: Account): Promise<Row[]> {
  const named = Object.entries(environment).filter(([name, id]) => name.endsWith("_SECRET") && id !== "");
  const rows = await Promise.all(
    named.map(([variable, id]) => rowsOr(check, () => checkSecret(variable, id, account))),
  );
  return rows.flat();
}

async function checkSecret(variable: string, id: string, { region, clients }: Account): Promise<Row[]> {
  const call = clients.secrets.send(new DescribeSecretCommand({ SecretId: id }));
  const secret = await askFor("secretsmanager:DescribeSecret", "ResourceNotFoundException", call);
  if (!secret)
    return [
      failed(
        check,
        `The secret ${id}, which ${variable} names, does not exist in ${region}. Create it with the key or token as its value: aws secretsmanager create-secret --name ${id}.`,
      ),
    ];
  if (secret.DeletedDate)
    return [
      failed(
        check,
        `The secret ${id}, which ${variable} names, is marked for deletion. Take it back: aws secretsmanager restore-secret --secret-id ${id}.`,
      ),
    ];
  return [ok(check, `${id} exists`)];
}
