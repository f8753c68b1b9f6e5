import { afterEach, beforeEach, expect, test } from "vitest";
import { type SymApi, startSymApi } from "./sym-api.ts";

let api: SymApi;
beforeEach(async () => {
  api = await startSymApi();
});
afterEach(() => api.close());

const slack = { type: "slack", slug: "main", external_id: "T0123ABCD" };

test("an entity is created, read, found by its slug, changed and deleted", async () => {
  const { status, body } = await send("POST", "integrations", slack);
  expect(status).toBe(200);
  expect(body).toMatchObject(slack);
  const id = body["id"];
  expect((await send("GET", `integrations/${id}`)).body).toEqual(body);
  expect((await send("GET", "integrations?slug=MAIN&type=slack")).body).toEqual([body]);
  expect((await send("GET", "integrations?slug=main&type=permission_context")).body).toEqual([]);
  await send("PATCH", `integrations/${id}`, { ...slack, label: "Slack" });
  expect(api.entities("integrations")).toMatchObject([{ id, label: "Slack" }]);
  expect((await send("DELETE", `integrations/${id}`)).status).toBe(200);
  expect((await send("GET", `integrations/${id}`)).status).toBe(404);
  expect(api.calls.map(({ method, status: answered }) => `${method} ${answered}`).at(-1)).toBe("GET 404");
});

test.each([
  [
    "another type's required field",
    "access-targets",
    { type: "aws_lambda_function", slug: "x" },
    "settings.arn",
  ],
  ["numbers in settings", "access-targets", { type: "x", slug: "x", settings: { a: 1 } }, "settings.a"],
  ["no slug", "runtimes", {}, "slug"],
  ["an integration that is not there", "runtimes", { slug: "x", context_id: "none" }, "context_id"],
  [
    "no targets",
    "access-strategies",
    { type: "aws_lambda", slug: "x", integration_id: "x", targets: [] },
    "targets",
  ],
  [
    "a file's name as code",
    "flows",
    { slug: "x", implementation: "impl.py", environment_id: "x", params: {} },
    "implementation",
  ],
  ["a list", "runtimes", [], "body"],
])("%s is refused", async (_, kind, sent, field) => {
  const { status, body } = await send("POST", kind, sent);
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: true, errors: [{ field }], status_code: 400 });
  expect(api.calls).toMatchObject([{ method: "POST", kind, status: 400 }]);
});

test("a slug is unique, in any letter case", async () => {
  await send("POST", "integrations", slack);
  expect((await send("POST", "integrations", { ...slack, slug: "Main" })).status).toBe(400);
  expect((await send("POST", "integrations", { ...slack, type: "permission_context" })).status).toBe(200);
});

test("an entity that another entity uses cannot be deleted", async () => {
  const { body } = await send("POST", "integrations", slack);
  await send("POST", "error-loggers", { integration_id: body["id"], destination: "#errors" });
  expect((await send("DELETE", `integrations/${body["id"]}`)).status).toBe(400);
  expect(api.entities("integrations")).toHaveLength(1);
});

test("a request without the token is refused", async () => {
  expect((await send("POST", "integrations", slack, "another")).status).toBe(401);
  expect(api.entities("integrations")).toEqual([]);
});

test("an unknown collection and a missing entity have status 404", async () => {
  expect((await send("GET", "users")).status).toBe(404);
  expect((await send("PATCH", "integrations/none", slack)).status).toBe(404);
});

async function send(method: string, path: string, body?: unknown, token = api.env.SYM_JWT) {
  const response = await fetch(`${api.env.SYM_API_URL}/entities/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
