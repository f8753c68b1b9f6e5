import { httpApiEvent } from "@sym/stand-ins/api-gateway";
import { expect } from "vitest";
import { type FlowAccount, openFlowAccount, role } from "../flow-account.test-support.ts";

export const arnOf = (name: string) => `${role}/${name}@example.com`;
export const uuid = "11111111-1111-4111-8111-111111111111";

// biome-ignore lint/suspicious/noExplicitAny: JSON of the API, whose form the tests check.
type Called = { status: number; body: Record<string, any> };

/** The account, and calls of its API by people or by other principals. */
export async function openApi(options: Parameters<typeof openFlowAccount>[0] = {}) {
  const account = await openFlowAccount(options);
  return { ...account, ...callsOf(account) };
}

function callsOf({ invoke }: FlowAccount) {
  /** Sends an event, and reads the answer in API Gateway's form. */
  async function send(event: object): Promise<Called> {
    const { payload } = await invoke("api", event);
    const { statusCode, headers, body } = payload as { statusCode: number; headers: object; body: string };
    expect(headers).toEqual({ "content-type": "application/json", "cache-control": "no-store" });
    return { status: statusCode, body: JSON.parse(body) };
  }

  const call = (arn: string, method: string, path: string, body?: object) =>
    send(eventOf(arn, method, path, body === undefined ? "" : JSON.stringify(body)));

  return {
    send,
    call,
    ask: (name = "robin", changes: object = {}) =>
      call(arnOf(name), "POST", "/requests", { ...askedFor, ...changes }),
    decide: (name: string, id: string, what: string) => call(arnOf(name), "POST", `/requests/${id}/${what}`),
    show: (id: string) => call(arnOf("robin"), "GET", `/requests/${id}`),
  };
}

export const askedFor = { target: "prod-admins", duration: "30m", reason: "Restart the importer" };

export function eventOf(arn: string, method: string, path: string, body: string) {
  const url = new URL(path, "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com");
  return httpApiEvent({ method, url, headers: {}, body }, { arn, accessKeyId: "AKIAIOSFODNN7EXAMPLE" });
}
