import { type Watch, watch } from "@sym/flow";
import { describeError, type LambdaContext } from "@sym/lambda-core";
import { flowInAws } from "./deps.ts";
import { countRound, flowLog } from "./log.ts";
import { required } from "./settings.ts";

/** A round of the watchman, which a schedule starts. Throws if there was no round. */
export async function watchman(_event: unknown, { awsRequestId: request_id }: LambdaContext): Promise<Watch> {
  const log = flowLog(request_id);
  try {
    const { deps, engine } = flowInAws();
    const machine = required(process.env, "STATE_MACHINE_ARN");
    const status = (requestId: string) => engine.statusOf(machine, requestId);
    const round = await watch({ ...deps, executions: { status } });
    log("watchman", round);
    countRound(round);
    return round;
  } catch (error) {
    log("watchman", describeError(error));
    throw error;
  }
}
