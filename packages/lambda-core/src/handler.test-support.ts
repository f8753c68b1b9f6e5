// Calls a handler of `lambda-core` like Lambda, and reads the log.
import { afterEach, beforeEach, vi } from "vitest";
import { type ActionResult, createHandler, type LambdaContext, type SymRequest } from "./index.ts";

export const granted: ActionResult = { outcome: "granted", subject: "user robin", resource: "group admins" };
const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:sym-access";
export const robin = "robin.requester@example.com";

/** The lines of the handler's log, parsed from JSON. */
export const lines: string[] = [];

beforeEach(() => {
  lines.length = 0;
  const { write } = process.stdout;
  vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    lines.push(String(line));
    return write.call(process.stdout, line);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

export function context(overrides: Partial<LambdaContext> = {}): LambdaContext {
  return {
    awsRequestId: "request-1",
    invokedFunctionArn: functionArn,
    getRemainingTimeInMillis: () => 10_000,
    ...overrides,
  };
}

/** A handler whose actions all call `act`, and the requests to the actions. */
export function handlerThat(act: () => Promise<ActionResult>) {
  const requests: SymRequest[] = [];
  const action = async (request: SymRequest) => {
    requests.push(request);
    return act();
  };
  return { handler: createHandler("example", () => ({ escalate: action, deescalate: action })), requests };
}
