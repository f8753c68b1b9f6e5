import { credentialsProblem } from "@sym/command-line/aws-failure";
import { notChecked, type Row } from "./row.ts";

/** AWS gave no answer to a look-up. The message names the missing permission, or AWS's reason. */
class NotSeen extends Error {
  override readonly name = "NotSeen";
}

/** Waits for a look-up by the IAM action. Throws for every failure; `rowsOr` makes a row of the failure. */
export async function ask<Answer>(action: string, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw new NotSeen(reasonOf(action, error));
  }
}

/** As `ask`, but undefined if AWS answers that the looked-up thing does not exist, by an error with this name. */
export async function askFor<Answer>(
  action: string,
  absent: string,
  call: Promise<Answer>,
): Promise<Answer | undefined> {
  const found = call.catch((error: unknown) => {
    if (error instanceof Error && error.name === absent) return undefined;
    throw error;
  });
  return await ask(action, found);
}

/** The rows, or a row `not-checked` if a look-up for the rows failed. */
export async function rowsOr(check: string, rows: () => Promise<Row[]>): Promise<Row[]> {
  try {
    return await rows();
  } catch (error) {
    if (!(error instanceof NotSeen)) throw error;
    return [notChecked(check, error.message)];
  }
}

type AwsError = Error & { $metadata?: { httpStatusCode?: number } };

/** The names of AWS's refusals for missing permissions; services spell them differently. */
const denied = /^(AccessDenied|AuthorizationError|Unauthorized|NotAuthorized|Forbidden)/;

function reasonOf(action: string, error: unknown): string {
  const { name, message, $metadata } = error as AwsError;
  // AWS answers 403 for wrong credentials, too.
  const problem = credentialsProblem(error);
  if (problem !== undefined) return `Not seen: ${problem}`;
  if (denied.test(name) || $metadata?.httpStatusCode === 403)
    return `Not seen: your credentials lack the permission ${action}.`;
  return `Not seen: AWS did not answer ${action} (${name}: ${message.replace(/\s+/g, " ").slice(0, 200)}).`;
}
