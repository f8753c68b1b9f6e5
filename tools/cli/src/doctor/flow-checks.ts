import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import type { Account } from "./account.ts";
import { askFor, rowsOr } from "./ask.ts";
import type { Subject } from "./functions.ts";
import { failed, ok, type Row, warning } from "./row.ts";

/** Source: docs/flow.md, "Who ends the access, and when". */
const mostGraceSeconds = 900;
const usualGraceSeconds = 3_600;

/** Checks whether the sweep of a handler is as a flow needs, if infra/flow has the same prefix as the handler. */
export async function checkForFlow(subject: Subject, { clients }: Account): Promise<Row[]> {
  const { name, handler, environment } = subject;
  if (handler === undefined || environment === undefined) return [];
  const check = "flow";
  const flow = `${name.slice(0, -handler.length)}flow-deescalate`;
  return await rowsOr(check, async () => {
    const call = clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: flow }));
    const found = await askFor("lambda:GetFunctionConfiguration", "ResourceNotFoundException", call);
    return found === undefined ? [] : [sweepRow(check, environment)];
  });
}

function sweepRow(check: string, environment: Record<string, string>): Row {
  const grace = Number(environment["SWEEP_GRACE_SECONDS"] || usualGraceSeconds);
  if (environment["SWEEP_ACTION"] === "report")
    return failed(
      check,
      "SWEEP_ACTION is report, so the sweep does not end the access of a flow that was stopped. Remove SWEEP_ACTION from the environment in infra/aws, and apply.",
    );
  if (grace <= mostGraceSeconds) return ok(check, `The sweep ends access ${grace} s after its time`);
  return warning(
    check,
    `SWEEP_GRACE_SECONDS is ${grace}, so access stays for that time if the flow is stopped. Set SWEEP_GRACE_SECONDS = "${mostGraceSeconds}" in the environment in infra/aws, and apply.`,
  );
}
