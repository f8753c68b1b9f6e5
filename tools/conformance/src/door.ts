import { startLocalLambda } from "@sym/local-lambda/local-lambda";

/** What came back for one event: an answer, or why there is none. `logs` is undefined where they cannot be read. */
export type HandlerReply = { answer: unknown; failure?: string; logs?: string[] };

/** One event on its way. `kill` ends the handler as Lambda does at its deadline: at once, without a word. */
export type Sent = { reply: Promise<HandlerReply>; kill?(): void };

/** A handler that takes events. Two deliveries of one event have one `requestId`, which is a fresh one unless given. */
export type OpenDoor = { send(payload: unknown, requestId?: string): Sent; close(): Promise<void> };

/** How the handler is called, and for how long one event may take. */
type Opening = {
  environment: Record<string, string>;
  functionArn: string;
  timeoutMilliseconds: number;
};

/** A way to reach a handler. */
export type Door = {
  /** The function that the handler is, if that cannot be chosen. */
  functionArn?: string;
  /** Whether replies come with what the handler logged. */
  readsLogs: boolean;
  /** Whether an opening's environment and time limit reach the handler, and the request ids of its events. */
  obeysOpening: boolean;
  open(opening: Opening): OpenDoor;
};

/** A bundle, in a process of its own that keeps Lambda's rules. */
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
