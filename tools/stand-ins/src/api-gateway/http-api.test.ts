import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect, onTestFinished, test } from "vitest";
import { type ApiPrincipal, startHttpApi } from "./http-api.ts";

const robin: ApiPrincipal = {
  arn: "arn:aws:iam::111122223333:user/robin@example.com",
  accessKeyId: "AKIAEXAMPLEROBIN",
  secretAccessKey: "secret-of-robin",
};

async function openApi(answer: unknown) {
  const events: unknown[] = [];
  const api = await startHttpApi({
    principals: [robin],
    invoke: async (event) => {
      events.push(event);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  onTestFinished(() => api.close());
  return { url: new URL("/requests?limit=1&person=a%2Bb@example.com", api.url), events };
}

async function sign(url: URL, body: string, service = "execute-api"): Promise<Record<string, string>> {
  const signer = new SignatureV4({ service, region: "us-east-1", credentials: robin, sha256: Sha256 });
  const { headers } = await signer.sign({
    ...{ method: "POST", protocol: url.protocol, hostname: url.hostname, path: url.pathname, body },
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host },
  });
  const { host: _, ...sent } = headers;
  return sent;
}

async function post(url: URL, headers: Record<string, string>, body: string) {
  const response = await fetch(url, { method: "POST", headers, body });
  return { status: response.status, body: await response.json() };
}

test("a signed call reaches the function with the principal's ARN, and gets its answer", async () => {
  const { url, events } = await openApi({ statusCode: 201, headers: { "x-a": "b" }, body: '{"done":true}' });
  expect(await post(url, await sign(url, "{}"), "{}")).toEqual({ status: 201, body: { done: true } });
  expect(events).toMatchObject([
    {
      version: "2.0",
      rawPath: "/requests",
      rawQueryString: "limit=1&person=a%2Bb@example.com",
      queryStringParameters: { limit: "1", person: "a+b@example.com" },
      body: "{}",
      isBase64Encoded: false,
      requestContext: {
        http: { method: "POST", path: "/requests" },
        authorizer: { iam: { userArn: robin.arn, accountId: "111122223333", accessKey: robin.accessKeyId } },
      },
    },
  ]);
});

test("a signature of another body, path, service or nobody does not reach the function", async () => {
  const { url, events } = await openApi({});
  const headers = await sign(url, "{}");
  const wrong = {
    status: 403,
    body: { message: expect.stringContaining("The request signature we calculated") },
  };
  expect(await post(url, headers, '{"a":1}')).toEqual(wrong);
  expect(await post(new URL("/targets", url), headers, "{}")).toEqual(wrong);
  expect(await post(url, await sign(url, "{}", "lambda"), "{}")).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining("'execute-api'") },
  });
  expect(await post(url, {}, "{}")).toEqual({ status: 403, body: { message: "Forbidden" } });
  expect(events).toEqual([]);
});

test("a function that fails is an internal error, and an answer without a status is the body", async () => {
  const failing = await openApi(new Error("It failed"));
  expect(await post(failing.url, await sign(failing.url, "{}"), "{}")).toEqual({
    status: 500,
    body: { message: "Internal Server Error" },
  });
  const plain = await openApi({ done: true });
  expect(await post(plain.url, await sign(plain.url, "{}"), "{}")).toEqual({
    status: 200,
    body: { done: true },
  });
});
