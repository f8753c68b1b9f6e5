import { findBundle } from "@sym/local-lambda/handler-bundles";
import { type Invocation, startLocalLambda } from "@sym/local-lambda/local-lambda";
import type { Holdings } from "@sym/stand-ins/target-system";
import type { InvokeOptions } from "./options.ts";

/** One invocation, and the target system before and after; null if the state is unknown. */
export type Run = {
  where: string;
  before: Holdings | null;
  invocation: Pick<Invocation, "payload" | "functionError" | "logs">;
  after: Holdings | null;
};

/** Prints a remark for the user. */
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
