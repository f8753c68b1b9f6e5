import { InvokeCommand } from "@aws-sdk/client-lambda";
import type { Account } from "./account.ts";
import { checkEvent, ownChecks, rowsIn } from "./answer.ts";
import { ask, rowsOr } from "./ask.ts";
import type { Subject } from "./functions.ts";
import { localVersionIn } from "./local-build.ts";
import type { Target } from "./options.ts";
import type { Row } from "./row.ts";

/** The time before and after an event, in ms. */
const around = 10_000;

/** Asks the function to look at its own configuration, with its own role. */
export async function checkInside(
  { name, folder, root, configuration }: Subject,
  targets: Target[],
  { clients }: Account,
): Promise<Row[]> {
  return await rowsOr(ownChecks, async () => {
    const command = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(checkEvent(targets)) });
    const requestTimeout = (configuration?.Timeout ?? 60) * 1_000 + around;
    const answer = await ask("lambda:InvokeFunction", clients.lambda.send(command, { requestTimeout }));
    const { Payload, FunctionError } = answer;
    const payload: unknown = JSON.parse(Buffer.from(Payload ?? []).toString() || "null");
    const invoked = { payload, ...(FunctionError && { functionError: FunctionError }) };
    return rowsIn(invoked, localVersionIn(folder), root);
  });
}
