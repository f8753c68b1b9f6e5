import { findBundle } from "@sym/local-lambda/handler-bundles";
import { type Invocation, startLocalLambda } from "@sym/local-lambda/local-lambda";
import type { Holdings } from "@sym/stand-ins/target-system";
import type { InvokeOptions } from "./options.ts";

/** One invocation, and what the target system held before and after it, where that is known. */
export type Run = {
  where: string;
  before: Holdings | null;
  invocation: Pick<Invocation, "payload" | "functionError" | "logs">;
  after: Holdings | null;
};

/** A line for the reader on what happens besides the invocation. */
export type Note = (line: string) => void;

/** Runs the built bundle once in a local Lambda. */
export async function invokeLocally(
  { handler, handlersFolder, timeoutMilliseconds }: InvokeOptions,
  payload: unknown,
  { functionArn, environment }: { functionArn: string; environment: Record<string, string> },
): Promise<Invocation> {
  const lambda = startLocalLambda({
    bundle: findBundle(handler, handlersFolder),
    functionArn,
    environment,
    ...(timeoutMilliseconds && { timeoutMilliseconds }),
  });
  try {
    return await lambda.invoke(payload);
  } finally {
    await lambda.close();
  }
}
