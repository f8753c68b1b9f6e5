import { openDeployedFunction } from "@sym/local-lambda/deployed-function";
import { type Door, describeFailure } from "../door.ts";

/** A function in AWS, by name or ARN. The log counts as unreadable, because Lambda returns only the log's end. */
export async function deployedDoor(name: string): Promise<Door> {
  const { arn, invoke } = await openDeployedFunction(name);
  return {
    functionArn: arn,
    readsLogs: false,
    obeysOpening: false,
    open: () => ({
      send: (payload) => ({
        reply: invoke(payload, { logs: false }).then(({ payload: answer, functionError }) =>
          functionError === undefined ? { answer } : { answer: undefined, failure: describeFailure(answer) },
        ),
      }),
      close: async () => undefined,
    }),
  };
}
