// An HTTP API of API Gateway with IAM authorisation and the route $default, in front of one function.
import { randomUUID } from "node:crypto";
import { awsId } from "../aws/aws-id.ts";
import type { LoopbackServer } from "../kernel/loopback.ts";
import { type HttpReply, type HttpRequest, serve } from "../kernel/serve.ts";
import { type ApiPrincipal, authenticate } from "./authenticate.ts";

export type { ApiPrincipal } from "./authenticate.ts";

export type HttpApiOptions = {
  region?: string;
  /** The callers with credentials. Change the list to change who may call. */
  principals: ApiPrincipal[];
  /** Invokes the function with an event in payload format 2.0. Rejects if the function fails. */
  invoke(event: unknown): Promise<unknown>;
};

const account = "123456789012";

/** Starts on a loopback port. Checks the signature of each call, and gives the principal's ARN to the function. */
export function startHttpApi({
  region = "us-east-1",
  principals,
  invoke,
}: HttpApiOptions): Promise<LoopbackServer> {
  return serve(async (request) => {
    const caller = await authenticate(request, principals, region);
    if ("refusal" in caller) return json(403, { message: caller.refusal });
    const answer = await invoke(httpApiEvent(request, caller)).catch(() => undefined);
    return answer === undefined ? json(500, { message: "Internal Server Error" }) : replyOf(answer);
  });
}

function json(status: number, body: object): HttpReply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** The function's answer in payload format 2.0: without a `statusCode`, the whole answer is the body. */
function replyOf(answer: unknown): HttpReply {
  const { statusCode, headers, body } = Object(answer);
  if (statusCode === undefined) return json(200, Object(answer));
  return { status: Number(statusCode), headers: { ...headers }, body: String(body ?? "") };
}

type Principal = Pick<ApiPrincipal, "arn" | "accessKeyId">;

/** The event of a call by a principal of IAM. */
export function httpApiEvent(request: HttpRequest, principal: Principal) {
  return eventOf(request, { authorizer: { iam: authorizerOf(principal) } });
}

/** The event of a call to a route without authorisation. */
export function openRouteEvent(request: HttpRequest) {
  return eventOf(request, {});
}

/** Source of the form: "Payload format version 2.0" in the developer guide of API Gateway. */
function eventOf<Caller extends object>({ method, url, headers, body }: HttpRequest, caller: Caller) {
  const query = Object.fromEntries(url.searchParams);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    ...(url.search !== "" && { queryStringParameters: query }),
    requestContext: {
      accountId: account,
      apiId: "a1b2c3d4e5",
      ...caller,
      domainName: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
      domainPrefix: "a1b2c3d4e5",
      http: {
        ...{ method, path: url.pathname, protocol: "HTTP/1.1", sourceIp: "127.0.0.1" },
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: "01/Jan/2026:00:00:00 +0000",
      timeEpoch: Date.now(),
    },
    ...(body !== "" && { body }),
    isBase64Encoded: false,
  };
}

function authorizerOf({ arn, accessKeyId }: Principal) {
  const userId = awsId("AIDA", 17, arn);
  return {
    accessKey: accessKeyId,
    accountId: arn.split(":")[4],
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: "aws:PrincipalOrgID",
    userArn: arn,
    userId,
  };
}
