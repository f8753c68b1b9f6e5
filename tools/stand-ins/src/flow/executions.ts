import { type Json, JsonError, jsonService } from "../aws/json-protocol.ts";
import type { Service } from "../aws/service.ts";

/** An execution of a state machine. The stand-in runs no steps: a test or a console sets the status. */
export type Execution = {
  arn: string;
  stateMachineArn: string;
  input: string;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  /** Seconds since the epoch. */
  startedAt: number;
};

export type Executions = {
  /** By their names. */
  started: Map<string, Execution>;
  /** The tokens that SendTaskSuccess got, in order. Every token is accepted. */
  woken: string[];
};

export function createExecutions(): Executions {
  return { started: new Map(), woken: [] };
}

/**
 * Step Functions' wire API: StartExecution, DescribeExecution, SendTaskSuccess.
 * https://docs.aws.amazon.com/step-functions/latest/apireference
 */
export function executionsService(
  { started, woken }: Executions,
  onStart: ((input: string) => unknown) | undefined,
): Service {
  return jsonService(
    "AWSStepFunctions",
    {
      StartExecution: (request) => {
        const { execution, isNew } = start(started, request);
        if (isNew) setImmediate(() => onStart?.(execution.input));
        return { executionArn: execution.arn, startDate: execution.startedAt };
      },
      DescribeExecution: ({ executionArn }) => {
        const [name, execution] = [...started].find(([, { arn }]) => arn === executionArn) ?? [];
        if (execution === undefined)
          throw new JsonError("ExecutionDoesNotExist", `Execution Does Not Exist: '${executionArn}'`);
        const { stateMachineArn, status, startedAt: startDate, input } = execution;
        return { executionArn, stateMachineArn, name, status, startDate, input };
      },
      SendTaskSuccess: ({ taskToken }) => {
        woken.push(String(taskToken));
        return {};
      },
    },
    { AccessDenied: "AccessDeniedException", Throttling: "ThrottlingException" },
  );
}

/** A second start with the same name and input, while the first execution runs, is the first. */
function start(started: Map<string, Execution>, { stateMachineArn, name, input }: Json) {
  const known = started.get(String(name));
  if (known !== undefined) {
    if (known.status === "RUNNING" && known.input === input) return { execution: known, isNew: false };
    throw new JsonError("ExecutionAlreadyExists", `Execution Already Exists: '${known.arn}'`);
  }
  const execution: Execution = {
    arn: `${String(stateMachineArn).replace(":stateMachine:", ":execution:")}:${name}`,
    stateMachineArn: String(stateMachineArn),
    input: String(input),
    status: "RUNNING",
    startedAt: Math.floor(Date.now() / 1_000),
  };
  started.set(String(name), execution);
  return { execution, isNew: true };
}
