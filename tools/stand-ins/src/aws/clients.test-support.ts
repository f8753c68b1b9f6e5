import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { onTestFinished, vi } from "vitest";
import { startSandbox } from "../sandbox.ts";

/** A sandbox, and SDK clients that find the sandbox through the environment. One attempt by default. */
export async function openSandbox(maxAttempts = 1) {
  const sandbox = await startSandbox();
  for (const [name, value] of Object.entries(sandbox.env)) vi.stubEnv(name, value);
  const iam = new IAMClient({ maxAttempts });
  const sts = new STSClient({ maxAttempts });
  onTestFinished(async () => {
    iam.destroy();
    sts.destroy();
    vi.unstubAllEnvs();
    await sandbox.close();
  });
  return { sandbox, iam, sts };
}

/** The error of a refused call, as an SDK user sees the error. */
export async function refusalOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason) => reason,
  );
  return { name: error?.name, status: error?.$metadata?.httpStatusCode, message: error?.message };
}
