import { expect, onTestFinished, test } from "vitest";
import { startSandbox } from "../sandbox.ts";

/** Speaks AWS JSON 1.1 by hand, as an SDK does; handlers use the SDK itself. */
async function openSecrets() {
  const sandbox = await startSandbox();
  onTestFinished(sandbox.close);
  const scope = `${sandbox.env.AWS_ACCESS_KEY_ID}/20300115/us-east-1/secretsmanager/aws4_request`;
  const get = async (SecretId: string) => {
    const answer = await fetch(sandbox.url, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, Signature=0`,
        "x-amz-target": "secretsmanager.GetSecretValue",
      },
      body: JSON.stringify({ SecretId }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return { sandbox, get };
}

test("a secret's newest text is found by its name and by its ARN", async () => {
  const { sandbox, get } = await openSecrets();
  sandbox.secretsManager.putSecret("sym/github-app", "old");
  sandbox.secretsManager.putSecret("sym/github-app", "new");
  const { status, body } = await get("sym/github-app");
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { Name: "sym/github-app", SecretString: "new" },
  });
  expect(body["ARN"]).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:sym\/github-app-\w{6}$/);
  expect((await get(String(body["ARN"]))).body["SecretString"]).toBe("new");
});

test("a missing secret is a ResourceNotFoundException", async () => {
  const { get } = await openSecrets();
  expect(await get("sym/gone")).toMatchObject({
    status: 400,
    body: { __type: "ResourceNotFoundException" },
  });
});

test("injected faults have Secrets Manager's form", async () => {
  const { sandbox, get } = await openSecrets();
  sandbox.faults.inject({ action: "GetSecretValue", kind: "access-denied" });
  sandbox.faults.inject({ action: "GetSecretValue", kind: "throttle" });
  expect((await get("sym/github-app")).body["__type"]).toBe("AccessDeniedException");
  expect((await get("sym/github-app")).body["__type"]).toBe("ThrottlingException");
});
