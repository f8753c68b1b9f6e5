import { randomUUID } from "node:crypto";
import type { AwsError } from "../aws/aws-error.ts";
import type { Service } from "../aws/service.ts";
import type { HttpReply } from "../kernel/serve.ts";

// The service's own codes for the sandbox's faults.
const faultCodes: Record<string, string> = {
  AccessDenied: "com.amazon.coral.service#AccessDeniedException",
  Throttling: "com.amazonaws.dynamodb.v20120810#ThrottlingException",
  ServiceFailure: "com.amazonaws.dynamodb.v20120810#InternalServerError",
};
const target = "DynamoDB_20120810.";
const contentType = "application/x-amz-json-1.0";
// dynalite requires a signature, but does not verify the signer.
const authorization =
  "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";

/**
 * DynamoDB's door: reads the request, and passes the request on to the server with the tables. Source of the refusal's
 * form: https://github.com/ionic-team/starters/issues/46.
 */
export function dynamoDbService(url: string): Service {
  return {
    read: ({ headers, body }) => {
      const name = String(headers["x-amz-target"] ?? "");
      const action = name.startsWith(target) ? name.slice(target.length) : "";
      return { action, parameters: JSON.parse(body) };
    },
    answer: async ({ action, parameters }) => {
      const headers = {
        "content-type": contentType,
        "x-amz-target": `${target}${action}`,
        "x-amz-date": "20260101T000000Z",
        authorization,
      };
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(parameters) });
      return { status: response.status, headers: replyHeaders(), body: await response.text() };
    },
    refuse,
  };
}

function refuse({ status, code, message }: AwsError): HttpReply {
  const __type = faultCodes[code] ?? code;
  const named = code === "AccessDenied" ? { Message: message } : { message };
  const body = JSON.stringify({ __type, ...named });
  return { status: status < 500 ? 400 : status, headers: replyHeaders(), body };
}

/** DynamoDB gives every answer a request id. */
function replyHeaders(): Record<string, string> {
  return { "content-type": contentType, "x-amzn-requestid": randomUUID() };
}
