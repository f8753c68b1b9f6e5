import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Authorization } from "../enforcement/enforcement.ts";
import type { Need } from "../enforcement/need.ts";
import { type FaultKind, type FaultQueue, faultError } from "../kernel/faults.ts";
import { AwsError } from "./aws-error.ts";
import type { Caller, Operation, Reply, Service } from "./service.ts";

/**
 * One request as the sandbox saw it. `account` is empty when the caller was not recognised; `status` is 0 when
 * no answer was sent, and `errorCode` is then the kind of the fault. `needs` is what IAM was asked, of a caller whose
 * role has policies. `route` is the method and the template of the path, where a service is documented by those.
 */
export type Call = {
  service: string;
  action: string;
  account: string;
  parameters: Record<string, unknown>;
  status: number;
  errorCode?: string;
  needs?: Need[];
  route?: string;
};

export type AwsWorld = {
  services: Record<string, Service>;
  identify(accessKeyId: string, sessionToken: unknown): Caller;
  /** Undefined for a caller that may do everything. */
  authorize(service: string, operation: Operation, caller: Caller, region: string): Authorization | undefined;
  faults: FaultQueue;
  calls: Call[];
};

type Outcome = { status: number; errorCode?: string; reply?: Reply; hang?: boolean };
type Seen = { account: string; needs?: Need[] };

/** Serves every service on one loopback port. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
export async function startAwsServer(world: AwsWorld): Promise<{ url: string; close(): Promise<void> }> {
  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    // A client that went away before it had sent everything needs no answer.
    const work = handle(world, request, response).catch(() => void request.socket.destroy());
    underWay.add(work);
    void work.then(() => underWay.delete(work));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      // A service that asks elsewhere may not have its answer yet.
      await Promise.all(underWay);
    },
  };
}

async function handle(world: AwsWorld, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const { headers, method = "", url = "" } = request;
  const { reply, hang } = await exchange(world, headers, body, { method, url });
  if (reply) response.writeHead(reply.status, reply.headers).end(reply.body);
  else if (!hang) request.socket.destroy();
}

// Synchronous until the service has answered, so that no two requests interleave.
async function exchange(
  world: AwsWorld,
  headers: IncomingHttpHeaders,
  body: string,
  line: { method: string; url: string },
): Promise<Outcome> {
  const signer = readSigner(headers.authorization);
  const service = Object.hasOwn(world.services, signer.service) ? world.services[signer.service] : undefined;
  if (!service) return noStandIn(signer.service);
  const operation = service.read(headers, body, line);
  const seen: Seen = { account: "" };
  const outcome = await perform(world, service, signer, operation, headers["x-amz-security-token"], seen);
  const { status, errorCode } = outcome;
  const call: Call = { service: signer.service, ...operation, ...seen, status };
  world.calls.push(errorCode === undefined ? call : { ...call, errorCode });
  return outcome;
}

type Signer = { service: string; region: string; accessKeyId: string };

/** `AWS4-HMAC-SHA256 Credential=AKIA.../20260101/us-east-1/iam/aws4_request, ...` */
function readSigner(authorization = ""): Signer {
  const [, scope = ""] = /Credential=([^,\s]+)/.exec(authorization) ?? [];
  const [accessKeyId = "", , region = "", service = ""] = scope.split("/");
  return { service, region, accessKeyId };
}

/** Fills in what is `seen` of the caller on the way. */
async function perform(
  world: AwsWorld,
  service: Service,
  signer: Signer,
  operation: Operation,
  sessionToken: unknown,
  seen: Seen,
): Promise<Outcome> {
  try {
    const caller = world.identify(signer.accessKeyId, sessionToken);
    seen.account = caller.account;
    const fault = world.faults.take(signer.service, operation.action);
    const error = fault && faultError(fault, signer.service, operation, caller);
    if (error) throw error;
    const authorization = world.authorize(signer.service, operation, caller, signer.region);
    if (authorization) seen.needs = authorization.needs;
    if (authorization?.refusal) throw authorization.refusal;
    return await answer(service, operation, caller, fault);
  } catch (error) {
    const refusal = error instanceof AwsError ? error : defect(error);
    return { status: refusal.status, errorCode: refusal.code, reply: service.refuse(refusal) };
  }
}

async function answer(
  service: Service,
  operation: Operation,
  caller: Caller,
  fault: FaultKind | undefined,
): Promise<Outcome> {
  if (fault === "timeout") return { status: 0, errorCode: fault, hang: true };
  if (fault === "reset") return { status: 0, errorCode: fault };
  const reply = await service.answer(operation, caller);
  if (fault === "answer-withheld") return { status: 0, errorCode: fault, hang: true };
  if (fault === "answer-lost") return { status: 0, errorCode: fault };
  return { status: reply.status, reply };
}

function defect(error: unknown): AwsError {
  const detail = error instanceof Error ? error.stack : error;
  return new AwsError(500, "InternalFailure", `Defect in the sandbox: ${detail}`);
}

function noStandIn(service: string): Outcome {
  const body = `The sandbox has no stand-in for the AWS service "${service}"\n`;
  return {
    status: 501,
    reply: { status: 501, headers: { "content-type": "text/plain" }, body },
  };
}
