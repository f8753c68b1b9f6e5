import { randomUUID } from "node:crypto";
import type { HttpReply, HttpRequest } from "../kernel/serve.ts";
import { AwsError } from "./aws-error.ts";
import type { Caller, Operation, Service } from "./service.ts";

export type Json = Record<string, unknown>;

/** Returns the members of the answer. `region`: the region in the request's signature. */
export type JsonAction = (parameters: Json, caller: Caller & { region: string }) => Json;

/** A refusal with more than a message: members of its body, such as `Reason`, or headers. */
export class JsonError extends AwsError {
  readonly members: Json;
  readonly headers: Record<string, string>;

  constructor(code: string, message: string, members: Json = {}, headers: Record<string, string> = {}) {
    // AWS refuses with 400, although the model has other statuses; see src/identity-store/README.md.
    super(400, code, message);
    this.members = members;
    this.headers = headers;
  }
}

/**
 * A service that speaks AWS JSON 1.1: the action in a header, JSON in and out.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 * `faultCodes`: the service's own words for the codes of the sandbox's faults.
 */
export function jsonService(
  target: string,
  actions: Record<string, JsonAction>,
  faultCodes: Record<string, string>,
): Service {
  return {
    read: (request) => readRequest(target, request),
    answer: ({ action, region = "", parameters }, caller) => {
      const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (!run) throw new AwsError(400, "UnknownOperationException", "");
      return reply(200, run(parameters, { ...caller, region }));
    },
    refuse: (error) => {
      const { members, headers } = error instanceof JsonError ? error : { members: {}, headers: {} };
      const __type = Object.hasOwn(faultCodes, error.code) ? faultCodes[error.code] : error.code;
      const body = { __type, ...(error.message && { message: error.message }), ...members };
      return reply(error.status < 500 ? 400 : error.status, body, headers);
    },
  };
}

/** `X-Amz-Target: AWSIdentityStore.GetUserId`, and the region from the signature's credential scope. */
function readRequest(target: string, { headers, body }: HttpRequest): Operation {
  const [service, action = ""] = String(headers["x-amz-target"]).split(".");
  const [, region = ""] = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
  return { action: service === target ? action : "", region, parameters: JSON.parse(body) };
}

function reply(status: number, body: Json, headers: Record<string, string> = {}): HttpReply {
  const type = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}
