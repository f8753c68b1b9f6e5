// The services of AWS that the functions of the flow call, beside DynamoDB: Parameter Store, Step Functions, SNS and Lambda.
import type { Service } from "../aws/service.ts";
import { createExecutions, type Executions, executionsService } from "./executions.ts";
import { functionsService, type LocalFunction } from "./functions.ts";
import { parametersService } from "./parameters.ts";
import { type Published, topicsService } from "./topics.ts";

export type { Execution } from "./executions.ts";
export type { LocalFunction } from "./functions.ts";
export type { Published } from "./topics.ts";

/** What the services hold. Change the maps to change what the functions of the flow find. */
export type FlowServices = {
  /** For `startSandbox({ services })`: the services by their names in signatures. */
  services: Record<string, Service>;
  /** The parameters of Parameter Store, by their names. */
  parameters: Map<string, string>;
  /** The functions that can be invoked, by their ARNs. */
  functions: Map<string, LocalFunction>;
  executions: Executions;
  /** The published messages, in order. */
  published: Published[];
};

/** `onStart` runs after the start of an execution, and nobody waits for it, as in AWS. */
export function flowServices({ onStart }: { onStart?: (input: string) => unknown } = {}): FlowServices {
  const parameters = new Map<string, string>();
  const functions = new Map<string, LocalFunction>();
  const executions = createExecutions();
  const published: Published[] = [];
  return {
    services: {
      ssm: parametersService(parameters),
      states: executionsService(executions, onStart),
      sns: topicsService(published),
      lambda: functionsService(functions),
    },
    ...{ parameters, functions, executions, published },
  };
}
