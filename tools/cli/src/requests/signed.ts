import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import type { ApiPlace } from "./place.ts";

/** Reads the credentials once, and again when they expire. */
const credentials = defaultProvider();

/**
 * The headers of a call, signed for API Gateway with the caller's own credentials, from the usual places of AWS's tools.
 * Rejects with the SDK's error if there are none.
 */
export async function signed(
  { address, region }: ApiPlace,
  method: string,
  path: string,
  body: string | undefined,
): Promise<Record<string, string>> {
  const url = new URL(address + path);
  const signer = new SignatureV4({ service: "execute-api", region, credentials, sha256: Sha256 });
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body }),
  });
  const { host: _, ...sent } = headers;
  return sent;
}
