/** The answer of an invocation: the handler's result, or with `functionError` the description of an error. */
export type LambdaAnswer = { payload: unknown; functionError?: string };

/** Lambda's limit: 6 MB and a little for the envelope. */
const RESPONSE_LIMIT_BYTES = 6_291_556;

/** The answer with an error, from the runtime or from Lambda itself. */
export function errorAnswer(payload: unknown): LambdaAnswer {
  return { payload, functionError: "Unhandled" };
}

export function responseAnswer(body: string): LambdaAnswer {
  if (Buffer.byteLength(body) <= RESPONSE_LIMIT_BYTES) return { payload: JSON.parse(body) };
  return errorAnswer({
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`,
  });
}

export function timeoutAnswer(requestId: string, milliseconds: number): LambdaAnswer {
  const seconds = (milliseconds / 1000).toFixed(2);
  return errorAnswer({
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  });
}

/** A process that ended without an answer; `code` and `signal` as Node gives them. */
export function exitAnswer(requestId: string, code: number | null, signal: string | null): LambdaAnswer {
  return errorAnswer({
    errorType: "Runtime.ExitError",
    errorMessage: `RequestId: ${requestId} Error: ${exitReason(code, signal)}`,
  });
}

function exitReason(code: number | null, signal: string | null): string {
  if (signal === "SIGKILL") return "Runtime exited with error: signal: killed";
  if (signal) return `Runtime exited with error: signal: ${signal}`;
  if (code === 0) return "Runtime exited without providing a reason";
  return `Runtime exited with error: exit status ${code}`;
}
