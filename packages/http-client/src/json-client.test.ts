import { expect, test } from "vitest";
import { createJsonClient, readConnection, untilDone } from "./index.ts";
import { invocationFor, type Planned, startServer } from "./server.test-support.ts";

const api = { system: "Acme", prefix: "ACME" };
const invocation = invocationFor(60_000);

async function clientOf(planned: (Planned | "no response")[]) {
  const server = await startServer(planned);
  const connection = readConnection({ ACME_URL: `${server.url}/`, ACME_TOKEN: "t0ken" }, api);
  return { ...server, call: createJsonClient(connection, { resource: "the door", errorText: "code" }) };
}

test("a client sends JSON with the token, and returns JSON", async () => {
  const { call, received } = await clientOf([{ status: 201, body: { open: true } }]);
  expect(await call(invocation, "POST", "/doors", { name: "lab" })).toMatchObject({
    status: 201,
    body: { open: true },
  });
  expect(received).toEqual([
    { method: "POST", url: "/doors", authorization: "t0ken", body: '{"name":"lab"}' },
  ]);
});

test("an error without the system's error text comes from a proxy between the function and the system", async () => {
  const own = { status: 404, body: { code: "not_found" } };
  const { call } = await clientOf([
    own,
    { status: 404 },
    { status: 302 },
    { status: 404, body: { code: 4 } },
  ]);
  expect(await call(invocation, "GET", "/doors")).toMatchObject(own);
  await expect(call(invocation, "GET", "/doors?open=1")).rejects.toThrow(
    "The answer to GET /doors did not come from Acme, so the call changed nothing; if the error persists, check for a proxy between the function and Acme",
  );
  await expect(call(invocation, "GET", "/doors")).rejects.toThrow("did not come from Acme");
  await expect(call(invocation, "PUT", "/doors")).rejects.toThrow("so the door may or may not have changed;");
});

test("a throttled request, even a change, is repeated at most twice", async () => {
  const throttled = { status: 429, headers: { "retry-after": "0" } };
  const passing = await clientOf([throttled, throttled]);
  expect((await passing.call(invocation, "POST", "/doors")).status).toBe(200);
  const lasting = await clientOf([throttled, throttled, { status: 429, headers: { "retry-after": "7" } }]);
  await expect(lasting.call(invocation, "POST", "/doors")).rejects.toThrow(
    "Acme rate limit reached; retry in 7 s",
  );
  expect(lasting.received).toHaveLength(3);
});

test("a client does not wait beyond the deadline", async () => {
  const { call, received } = await clientOf([{ status: 429, headers: { "retry-after": "30" } }]);
  await expect(call(invocationFor(10_000), "GET", "/doors")).rejects.toThrow("retry in 30 s");
  expect(received).toHaveLength(1);
});

test("a failed read is retried, and a failed change is not", async () => {
  const lookup = await clientOf([{ status: 500 }, "no response"]);
  expect((await lookup.call(invocation, "GET", "/doors")).status).toBe(200);
  const change = await clientOf(["no response"]);
  await expect(change.call(invocation, "PATCH", "/doors")).rejects.toThrow(
    "Acme did not complete the request (no connection), so the door may or may not have changed; check Acme for the change, then try again",
  );
  expect(change.received).toHaveLength(1);
});

test("untilDone repeats a change whose response was lost", async () => {
  const { call, received } = await clientOf([{ status: 200, body: { open: false } }, "no response"]);
  await untilDone("Acme", invocation, async () => {
    const { body } = await call(invocation, "GET", "/doors");
    if ((body as { open?: boolean }).open !== false) return true;
    await call(invocation, "PATCH", "/doors", { open: true });
    return true;
  });
  expect(received.map(({ method }) => method)).toEqual(["GET", "PATCH", "GET"]);
});

test("a refused token from the environment is not sent again", async () => {
  const { call, received } = await clientOf([{ status: 401 }]);
  await expect(call(invocation, "GET", "/doors")).rejects.toThrow(
    "Acme did not accept the token; renew the token in ACME_TOKEN",
  );
  expect(received).toHaveLength(1);
});

const urls = [
  { url: "https://acme.example.com", isAccepted: true },
  { url: "https://acme.example.com/base/", isAccepted: true },
  { url: "http://127.0.0.1:8080", isAccepted: true },
  { url: "http://localhost", isAccepted: true },
  { url: "http://acme.example.com", isAccepted: false },
  { url: "http://localhost.example.com", isAccepted: false },
  { url: "https://acme.example.com?x=1", isAccepted: false },
  { url: "acme.example.com", isAccepted: false },
];
for (const { url, isAccepted } of urls)
  test(`a token is ${isAccepted ? "sent" : "not sent"} to ${url}`, () => {
    const read = () => readConnection({ ACME_URL: url, ACME_SECRET: "acme/token" }, api);
    if (isAccepted) expect(read()).toMatchObject({ secret: "acme/token", url: url.replace(/\/$/, "") });
    else expect(read).toThrow(`ACME_URL is "${url}", but must be an https URL`);
  });
