import { createHash } from "node:crypto";
import { testPayload } from "@sym/test-payloads/payloads";

/** One of the test payloads, as Sym would send it for this target of a deployed function: each function has runs of its own. */
export function eventFor(file: string, functionArn: string, settings: Record<string, string>): unknown {
  const payload = testPayload(file);
  const run = createHash("sha256").update(functionArn).digest("hex").slice(0, 12);
  payload.run.srn = payload.run.srn.replace(/[0-9a-f]{12}$/, run);
  payload.fields.target.settings = { arn: functionArn, ...settings };
  return payload;
}
