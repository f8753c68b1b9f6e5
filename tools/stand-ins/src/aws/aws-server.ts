import { type FaultsAndCalls, recordCall } from "../kernel/call.ts";
import { answerUnder, type Unanswered } from "../kernel/faults.ts";
import type { LoopbackServer } from "../kernel/loopback.ts";
import { recordExchange } from "../kernel/record-exchange.ts";
import { type HttpReply, type HttpRequest, serve } from "../kernel/serve.ts";
import { AwsError } from "./aws-error.ts";
import { faultError, foreignReply } from "./fault-error.ts";
import type { Authorization, Caller, Operation, Service } from "./service.ts";

export type AwsServerOptions = FaultsAndCalls & {
  services: Record<string, Service>;
  identify(accessKeyId: string, sessionToken: unknown): Caller;
  /** Undefined for a caller without restrictions. */
  authorize(service: string, operation: Operation, caller: Caller, region: string): Authorization | undefined;
};

/** `refusal`: the refusal in the list of calls. A service's protocol may answer with another status and code. */
type AwsAnswer = { reply: HttpReply | Unanswered; refusal?: AwsError };
type SeenCaller = { account: string; needs?: Authorization["needs"] };

/** Serves every service on one loopback port. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
export function startAwsServer(options: AwsServerOptions): Promise<LoopbackServer> {
  return serve((request) => exchange(options, request));
}

// Synchronous until the service has answered, so that no two requests interleave.
async function exchange(options: AwsServerOptions, request: HttpRequest): Promise<HttpReply | Unanswered> {
  const signer = readSigner(request.headers.authorization);
  const { services, calls } = options;
  const service = Object.hasOwn(services, signer.service) ? services[signer.service] : undefined;
  if (!service) return noStandIn(signer.service);
  const operation = service.read(request);
  const seen: SeenCaller = { account: "" };
  const sessionToken = request.headers["x-amz-security-token"];
  const { reply, refusal } = await perform(options, service, signer, operation, sessionToken, seen);
  const outcome = refusal ? { status: refusal.status, errorCode: refusal.code } : reply;
  recordCall(calls, { service: signer.service, ...operation, ...seen }, outcome);
  recordExchange(signer.service, request, reply);
  return reply;
}

type Signer = { service: string; region: string; accessKeyId: string };

/** `AWS4-HMAC-SHA256 Credential=AKIA.../20260101/us-east-1/iam/aws4_request, ...` */
function readSigner(authorization = ""): Signer {
  const [, scope = ""] = /Credential=([^,\s]+)/.exec(authorization) ?? [];
  const [accessKeyId = "", , region = "", service = ""] = scope.split("/");
  return { service, region, accessKeyId };
}

/** Answers the operation, and on the way records in `seen` the facts about the caller. */
async function perform(
  { identify, authorize, faults }: AwsServerOptions,
  service: Service,
  signer: Signer,
  operation: Operation,
  sessionToken: unknown,
  seen: SeenCaller,
): Promise<AwsAnswer> {
  try {
    const caller = identify(signer.accessKeyId, sessionToken);
    seen.account = caller.account;
    const fault = faults.take(signer.service, operation.action);
    const error = faultError(fault, signer.service, operation, caller);
    if (error) throw error;
    const authorization = authorize(signer.service, operation, caller, signer.region);
    if (authorization) seen.needs = authorization.needs;
    if (authorization?.refusal) throw authorization.refusal;
    const foreign = foreignReply(fault);
    if (foreign) return { reply: foreign };
    return { reply: await answerUnder(fault, () => service.answer(operation, caller)) };
  } catch (error) {
    const refusal = error instanceof AwsError ? error : defect(error);
    return { reply: service.refuse(refusal), refusal };
  }
}

function defect(error: unknown): AwsError {
  const detail = error instanceof Error ? error.stack : error;
  return new AwsError(500, "InternalFailure", `Defect in the sandbox: ${detail}`);
}

function noStandIn(service: string): HttpReply {
  const body = `The sandbox has no stand-in for the AWS service "${service}"\n`;
  return { status: 501, headers: { "content-type": "text/plain" }, body };
}
