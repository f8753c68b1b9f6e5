import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  type ExecutionStatus as StatusInAws,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { answerTo, clientDefaults, isAwsError, requireElement } from "@sym/aws";
import type { ExecutionStatus } from "@sym/flow";

/**
 * Step Functions as the engine of requests. The execution of a request has the request's id as name and as its only input, so
 * that a second start finds the execution of the first.
 */
export function stepFunctions() {
  const client = new SFNClient(clientDefaults);

  async function start(stateMachineArn: string, requestId: string): Promise<void> {
    const call = { action: "states:StartExecution", on: `request ${requestId}` };
    const input = JSON.stringify({ request: requestId });
    const command = new StartExecutionCommand({ stateMachineArn, name: requestId, input });
    await answerTo(call, client.send(command)).catch((error: unknown) => {
      if (!isAwsError(error, ExecutionAlreadyExists)) throw error;
    });
  }

  /** A step that no longer waits needs no waking. */
  async function wake(taskToken: string): Promise<void> {
    const call = { action: "states:SendTaskSuccess", on: "the waiting step" };
    const sent = client.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    await answerTo(call, sent).catch((error: unknown) => {
      const isOver = [InvalidToken, TaskDoesNotExist, TaskTimedOut].some((kind) => isAwsError(error, kind));
      if (!isOver) throw error;
    });
  }

  async function statusOf(stateMachineArn: string, requestId: string): Promise<ExecutionStatus> {
    const call = { action: "states:DescribeExecution", on: `request ${requestId}` };
    const executionArn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${requestId}`;
    const sent = client.send(new DescribeExecutionCommand({ executionArn }));
    const answer = await answerTo(call, sent).catch((error: unknown) => {
      if (isAwsError(error, ExecutionDoesNotExist)) return undefined;
      throw error;
    });
    return answer === undefined ? "missing" : words[requireElement(answer.status, call)];
  }

  return { start, wake, statusOf };
}

/** The states of an execution. `PENDING_REDRIVE`: a failed execution that a person can redrive. */
const words: Record<StatusInAws, ExecutionStatus> = {
  RUNNING: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timed-out",
  ABORTED: "aborted",
  PENDING_REDRIVE: "failed",
};
