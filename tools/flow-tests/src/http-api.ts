// The flow's HTTP API: sends each event to the function of the deployed route, as API Gateway does.
import { httpApiEvent } from "@sym/stand-ins/api-gateway";
import type { SlackRequestEvent } from "@sym/stand-ins/slack/clicks";
import type { Gateway } from "./gateway.ts";

/** The answer of a function, in payload format 2.0. */
export type HttpAnswer = { statusCode: number; headers?: Record<string, string>; body: string };

type Route = { key: string; isOpen: boolean; functionName: string };
type Item = {
  routeKey?: string;
  authorizationType?: string;
  target?: string;
  integrationId?: string;
  integrationUri?: string;
};

const accessKeyId = "ASIAEXAMPLE";

/** Reads the deployed routes of the API at this address. */
export async function openHttpApi(gateway: Gateway, address: string) {
  const [api = ""] = new URL(address).hostname.split(".");
  const read = async (what: string): Promise<Item[]> => {
    // moto finds the service in the scope of the signature.
    const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/apigateway/aws4_request";
    const answer = await fetch(`${gateway.url}/v2/apis/${api}/${what}`, { headers: { authorization } });
    return ((await answer.json()) as { items: Item[] }).items;
  };
  const [items, integrations] = await Promise.all([read("routes"), read("integrations")]);
  const routes = items.map(({ routeKey: key = "", authorizationType, target }): Route => {
    const used = integrations.find(({ integrationId }) => target === `integrations/${integrationId}`);
    const [, functionName = ""] = /function:([\w-]+)\/invocations$/.exec(used?.integrationUri ?? "") ?? [];
    return { key, isOpen: authorizationType === "NONE", functionName };
  });

  function routeOf(method: string, path: string): Route {
    const found = routes.find(({ key }) =>
      new RegExp(`^${key.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(`${method} ${path}`),
    );
    if (found === undefined) throw new Error(`The API has no route for ${method} ${path}`);
    return found;
  }

  async function invoke({ key: routeKey, functionName }: Route, event: object): Promise<HttpAnswer> {
    const { statusCode = 500, ...answer } = await gateway.invoke(functionName, { ...event, routeKey });
    return { body: "{}", ...answer, statusCode };
  }

  return {
    /** A call that the principal has signed. */
    async call(principal: string, method: string, path: string, body?: unknown): Promise<HttpAnswer> {
      const url = new URL(path, address);
      const route = routeOf(method, url.pathname);
      if (route.isOpen) throw new Error(`The route ${route.key} does not identify its caller`);
      const request = {
        ...{ method, url, headers: { "content-type": "application/json", "user-agent": "test" } },
        body: body === undefined ? "" : JSON.stringify(body),
      };
      return invoke(route, httpApiEvent(request, { arn: principal, accessKeyId }));
    },
    /** An event from outside, without a signature for IAM. */
    async receive(event: SlackRequestEvent): Promise<HttpAnswer> {
      const route = routeOf(event.requestContext.http.method, event.rawPath);
      if (route.isOpen) return invoke(route, event);
      return { statusCode: 403, body: JSON.stringify({ message: "Forbidden" }) };
    },
  };
}
