import type { Need } from "../kernel/call.ts";
import type { HttpReply, HttpRequest } from "../kernel/serve.ts";
import type { AwsError } from "./aws-error.ts";

/** The signer of a request: a session of a role. `arn`: the caller in AWS's access-denied messages. */
export type Caller = { account: string; arn: string; userId: string; roleArn: string };

/** `region`: the region in the request's signature, for a service with data per region. */
export type Operation = { action: string; region?: string; parameters: Record<string, unknown> };

/** The actions and resources that a call needs, and the refusal if the policies do not allow one of the resources. */
export type Authorization = { needs: Need[]; refusal: AwsError | undefined };

/** One AWS service in its wire protocol. `answer` throws `AwsError` for a refusal, and may ask another server. */
export type Service = {
  read(request: HttpRequest): Operation;
  answer(operation: Operation, caller: Caller): HttpReply | Promise<HttpReply>;
  refuse(error: AwsError): HttpReply;
};
