import { expect, onTestFinished, test } from "vitest";
import { startLaunchDarkly } from "./launchdarkly.ts";

const flagPath = "/api/v2/flags/shop/new-checkout";
const semantic = "application/json; domain-model=launchdarkly.semanticpatch";

async function open() {
  const launchDarkly = await startLaunchDarkly();
  onTestFinished(launchDarkly.close);
  const ids = launchDarkly.createFlag("shop", "new-checkout");
  const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await fetch(launchDarkly.url + path, {
      method,
      headers: { authorization: launchDarkly.env.LAUNCHDARKLY_TOKEN, "content-type": semantic, ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: each path has its own shape.
    const answer: any = await response.json();
    return { status: response.status, headers: response.headers, body: answer };
  };
  const patch = (...instructions: object[]) =>
    send("PATCH", flagPath, { environmentKey: "production", comment: "why", instructions });
  const expiring = (...instructions: object[]) =>
    send("PATCH", `${flagPath}/expiring-targets/production`, { instructions });
  return { launchDarkly, ids, send, patch, expiring };
}

const robin = { contextKind: "user", values: ["robin"] };

test("a patch applies as a whole or not at all, and increments the version", async () => {
  const { launchDarkly, ids, patch } = await open();
  const before = launchDarkly.flag("shop", "new-checkout");
  const refused = await patch(
    { kind: "addTargets", variationId: ids["on"], ...robin },
    { kind: "addTargets", variationId: ids["off"], ...robin },
  );
  expect(refused).toMatchObject({ status: 400, body: { code: "invalid_request" } });
  expect(launchDarkly.flag("shop", "new-checkout")).toEqual(before);
  const { status, body } = await patch({ kind: "addTargets", variationId: ids["on"], ...robin });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    _version: 2,
    environments: {
      production: {
        version: 2,
        targets: [{ contextKind: "user", values: ["robin"], variation: 0 }],
        contextTargets: [{ contextKind: "user", values: [], variation: 0 }],
      },
    },
  });
});

test("a patch without the semantic-patch content type is another kind of patch", async () => {
  const { send } = await open();
  const body = { environmentKey: "production", instructions: [{ kind: "turnFlagOff" }] };
  expect(await send("PATCH", flagPath, body, { "content-type": "application/json" })).toMatchObject({
    status: 400,
    body: { code: "invalid_request" },
  });
});

test("a removal can be scheduled only for a target, and errors are reported with status 200", async () => {
  const { launchDarkly, ids, patch, expiring } = await open();
  const end = { contextKind: "user", contextKey: "robin", variationId: ids["on"], value: 1_000 };
  expect(await expiring({ kind: "addExpiringTarget", ...end })).toMatchObject({
    status: 200,
    body: { failedInstructions: 1, errors: [{ instructionIndex: 0 }] },
  });
  await patch({ kind: "addTargets", variationId: ids["on"], ...robin });
  expect(await expiring({ kind: "addExpiringTarget", ...end })).toMatchObject({ body: { errors: [] } });
  const update = { kind: "updateExpiringTarget", ...end, value: 2_000 };
  expect((await expiring({ ...update, version: 7 })).body.errors).toHaveLength(1);
  expect((await expiring({ ...update, version: 1 })).body.items).toMatchObject([
    { _version: 2, expirationDate: 2_000 },
  ]);
  launchDarkly.expireTargets(1_999);
  expect(launchDarkly.targeted("shop", "new-checkout", "production", "robin")).toBe("on");
  launchDarkly.expireTargets(2_000);
  expect(launchDarkly.targeted("shop", "new-checkout", "production", "robin")).toBeUndefined();
  expect(launchDarkly.expiring("shop", "new-checkout", "production")).toEqual([]);
});

test("a flag is returned with the requested environment, and only with the token", async () => {
  const { launchDarkly, send } = await open();
  launchDarkly.createFlag("shop", "new-checkout", { environments: ["staging", "production"] });
  const { body } = await send("GET", `${flagPath}?env=staging`);
  expect(Object.keys(body.environments)).toEqual(["staging"]);
  expect((await send("GET", "/api/v2/flags/shop/other")).status).toBe(404);
  launchDarkly.renewToken();
  expect((await send("GET", flagPath)).status).toBe(401);
});

test("throttling names the time of the retry", async () => {
  const { launchDarkly, send } = await open();
  launchDarkly.faults.inject({ action: "getFeatureFlag", kind: "throttle" });
  const { status, headers } = await send("GET", flagPath);
  expect([status, headers.get("retry-after")]).toEqual([429, "1"]);
  expect(launchDarkly.calls).toMatchObject([
    { action: "getFeatureFlag", status: 429, errorCode: "rate_limited" },
  ]);
});
