import { createHash } from "node:crypto";
import { testPayload } from "@sym/test-payloads/payloads";

/** A test payload for a target of a deployed function. Each function has its own run ids. */
export function eventFor(file: string, functionArn: string, settings: Record<string, string>): unknown {
  const payload = testPayload(file);
  const run = createHash("sha256").update(functionArn).digest("hex").slice(0, 12);
  payload.run.srn = payload.run.srn.replace(/[0-9a-f]{12}$/, run);
  payload.fields.target.settings = { arn: functionArn, ...settings };
  return payload;
}
