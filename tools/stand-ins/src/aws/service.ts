import type { Need } from "../kernel/call.ts";
import type { HttpReply, HttpRequest } from "../kernel/serve.ts";
import type { AwsError } from "./aws-error.ts";

/** Who signed a request: a session of a role. `arn` is what AWS would print in an access-denied message. */
export type Caller = { account: string; arn: string; userId: string; roleArn: string };

/** `region` is the one that the request was signed for, where a service has data per region. */
export type Operation = { action: string; region?: string; parameters: Record<string, unknown> };

/** What IAM was asked about a call, and the refusal if one resource was not allowed. */
export type Authorization = { needs: Need[]; refusal: AwsError | undefined };

/** One AWS service in its wire protocol. `answer` throws `AwsError` for a refusal; a promise if it asks elsewhere. */
export type Service = {
  read(request: HttpRequest): Operation;
  answer(operation: Operation, caller: Caller): HttpReply | Promise<HttpReply>;
  refuse(error: AwsError): HttpReply;
};
