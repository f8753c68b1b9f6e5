import { startLocalLambda } from "@sym/local-lambda/local-lambda";

/**
 * The result of one event: an answer, or the reason for a missing answer. `logs` is undefined if logs cannot be read.
 */
export type HandlerReply = { answer: unknown; failure?: string; logs?: string[] };

/** An event in progress. `kill` ends the handler at once and without an answer, like Lambda at the deadline. */
export type Sent = { reply: Promise<HandlerReply>; kill?(): void };

/** A handler that accepts events. Two deliveries of an event share a `requestId`, which is new by default. */
export type OpenDoor = { send(payload: unknown, requestId?: string): Sent; close(): Promise<void> };

/** The handler's environment, its ARN, and the time limit of an event. */
type Opening = {
  environment: Record<string, string>;
  functionArn: string;
  timeoutMilliseconds: number;
};

/** A way to reach a handler. */
export type Door = {
  /** The handler's ARN, if fixed. */
  functionArn?: string;
  /** Whether replies have the handler's logs. */
  readsLogs: boolean;
  /** Whether the handler gets an opening's environment and time limit, and the request ids of the events. */
  obeysOpening: boolean;
  open(opening: Opening): OpenDoor;
};

/** A bundle, in its own process under Lambda's rules. */
export function bundleDoor(bundle: string): Door {
  return {
    readsLogs: true,
    obeysOpening: true,
    open(opening) {
      const lambda = startLocalLambda({ bundle, ...opening });
      return {
        send(payload, requestId) {
          const reply = lambda
            .invoke(payload, requestId === undefined ? {} : { requestId })
            .then(({ payload: answer, functionError, logs }): HandlerReply => {
              if (functionError === undefined) return { answer, logs };
              return { answer: undefined, failure: describeFailure(answer), logs };
            });
          const kill = () => {
            for (const { pid, busy } of lambda.environments()) if (busy) lambda.kill(pid);
          };
          return { reply, kill };
        },
        close: () => lambda.close(),
      };
    },
  };
}

/** `Sandbox.Timedout: ...`, as Lambda describes an invocation without an answer. */
export function describeFailure(payload: unknown): string {
  const { errorType = "Error", errorMessage = "no message" } = (payload ?? {}) as Record<string, unknown>;
  return `${errorType}: ${errorMessage}`;
}
