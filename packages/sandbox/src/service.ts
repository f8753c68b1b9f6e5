import type { IncomingHttpHeaders } from "node:http";
import type { AwsError } from "./aws-error.ts";

/** Who signed a request. `arn` is what AWS would print in an access-denied message. */
export type Caller = { account: string; arn: string; userId: string };

export type Operation = { action: string; parameters: Record<string, unknown> };

export type Reply = { status: number; headers: Record<string, string>; body: string };

/** One AWS service in its wire protocol. `answer` throws `AwsError` for a refusal. */
export type Service = {
  read(headers: IncomingHttpHeaders, body: string): Operation;
  answer(operation: Operation, caller: Caller): Reply;
  refuse(error: AwsError): Reply;
};
