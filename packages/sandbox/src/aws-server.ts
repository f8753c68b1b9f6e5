import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { AwsError } from "./aws-error.ts";
import { type FaultKind, type FaultQueue, faultError } from "./faults.ts";
import type { Caller, Operation, Reply, Service } from "./service.ts";

/**
 * One request as the sandbox saw it. `account` is empty when the caller was not recognised; `status` is 0 when
 * no answer was sent, and `errorCode` is then the kind of the fault.
 */
export type Call = {
  service: string;
  action: string;
  account: string;
  parameters: Record<string, unknown>;
  status: number;
  errorCode?: string;
};

export type AwsWorld = {
  services: Record<string, Service>;
  identify(accessKeyId: string, sessionToken: unknown): Caller;
  faults: FaultQueue;
  calls: Call[];
};

type Result = { status: number; errorCode?: string; account: string; reply?: Reply; hang?: boolean };

/** Serves every service on one loopback port. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
export async function startAwsServer(world: AwsWorld): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    // A client that went away before it had sent everything needs no answer.
    handle(world, request, response).catch(() => request.socket.destroy());
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
    },
  };
}

async function handle(world: AwsWorld, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const { headers, method = "", url = "" } = request;
  const { reply, hang } = exchange(world, headers, body, { method, url });
  if (reply) response.writeHead(reply.status, reply.headers).end(reply.body);
  else if (!hang) request.socket.destroy();
}

// Synchronous from here on, so that no two requests interleave.
function exchange(
  world: AwsWorld,
  headers: IncomingHttpHeaders,
  body: string,
  line: { method: string; url: string },
): Result {
  const signer = readSigner(headers.authorization);
  const service = Object.hasOwn(world.services, signer.service) ? world.services[signer.service] : undefined;
  if (!service) return noStandIn(signer.service);
  const operation = service.read(headers, body, line);
  const result = perform(world, service, signer, operation, headers["x-amz-security-token"]);
  const { status, account, errorCode } = result;
  const call: Call = { service: signer.service, ...operation, account, status };
  world.calls.push(errorCode === undefined ? call : { ...call, errorCode });
  return result;
}

type Signer = { service: string; accessKeyId: string };

/** `AWS4-HMAC-SHA256 Credential=AKIA.../20260101/us-east-1/iam/aws4_request, ...` */
function readSigner(authorization = ""): Signer {
  const [, scope = ""] = /Credential=([^,\s]+)/.exec(authorization) ?? [];
  const [accessKeyId = "", , , service = ""] = scope.split("/");
  return { service, accessKeyId };
}

function perform(
  world: AwsWorld,
  service: Service,
  signer: Signer,
  operation: Operation,
  sessionToken: unknown,
): Result {
  let account = "";
  try {
    const caller = world.identify(signer.accessKeyId, sessionToken);
    account = caller.account;
    const fault = world.faults.take(signer.service, operation.action);
    const error = fault && faultError(fault, signer.service, operation, caller);
    if (error) throw error;
    return answer(service, operation, caller, fault);
  } catch (error) {
    const refusal = error instanceof AwsError ? error : defect(error);
    return { status: refusal.status, errorCode: refusal.code, account, reply: service.refuse(refusal) };
  }
}

function answer(
  service: Service,
  operation: Operation,
  caller: Caller,
  fault: FaultKind | undefined,
): Result {
  const { account } = caller;
  if (fault === "timeout") return { status: 0, errorCode: fault, account, hang: true };
  if (fault === "reset") return { status: 0, errorCode: fault, account };
  const reply = service.answer(operation, caller);
  if (fault === "answer-withheld") return { status: 0, errorCode: fault, account, hang: true };
  if (fault === "answer-lost") return { status: 0, errorCode: fault, account };
  return { status: reply.status, account, reply };
}

function defect(error: unknown): AwsError {
  const detail = error instanceof Error ? error.stack : error;
  return new AwsError(500, "InternalFailure", `Defect in the sandbox: ${detail}`);
}

function noStandIn(service: string): Result {
  const body = `The sandbox has no stand-in for the AWS service "${service}"\n`;
  return {
    status: 501,
    account: "",
    reply: { status: 501, headers: { "content-type": "text/plain" }, body },
  };
}
