import type { IncomingHttpHeaders } from "node:http";
import type { AwsError } from "./aws-error.ts";

/** Who signed a request: a session of a role. `arn` is what AWS would print in an access-denied message. */
export type Caller = { account: string; arn: string; userId: string; roleArn: string };

/** `region` is the one that the request was signed for, where a service has data per region. */
export type Operation = { action: string; region?: string; parameters: Record<string, unknown> };

export type Reply = { status: number; headers: Record<string, string>; body: string };

/** One AWS service in its wire protocol. `answer` throws `AwsError` for a refusal; a promise if it asks elsewhere. */
export type Service = {
  /** `line` is the request's first line; `url` without the origin. */
  read(headers: IncomingHttpHeaders, body: string, line: { method: string; url: string }): Operation;
  answer(operation: Operation, caller: Caller): Reply | Promise<Reply>;
  refuse(error: AwsError): Reply;
};
