import { bundleVersion, countMetrics, createLog } from "@sym/lambda-core";

const namespace = "SymFlow";

/** The log of an invocation; without the id of the Lambda request, of what all invocations share. */
export function flowLog(request_id?: string): ReturnType<typeof createLog> {
  return createLog({
    system: "flow",
    version: bundleVersion,
    ...(request_id !== undefined && { request_id }),
  });
}

/** The flow's table names the flow in its metrics, because all functions of a flow count into the same metrics. */
const dimensions = () => ({ table: process.env["REQUESTS_TABLE"] ?? "" });

/** Counts a message by its kind, such as `failed`. */
export function countMessage(kind: string, request: string): void {
  countMetrics(namespace, { ...dimensions(), kind }, { request }, { Messages: 1 });
}

/** Counts a message that an outlet could not tell. */
export function countUntold(outlet: string, request: string): void {
  countMetrics(namespace, { ...dimensions(), outlet }, { request }, { Untold: 1 });
}

/** Counts a round of the watchman. */
export function countRound(round: { watched: number; stopped: number; broken: number }): void {
  const { watched, stopped, broken } = round;
  countMetrics(
    namespace,
    dimensions(),
    {},
    { Rounds: 1, Watched: watched, Stopped: stopped, Broken: broken },
  );
}
