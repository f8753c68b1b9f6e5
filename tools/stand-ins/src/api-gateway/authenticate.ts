import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import type { HttpRequest } from "../kernel/serve.ts";

/** A caller with credentials. `mayInvoke`: whether IAM allows execute-api:Invoke; true unless false. */
export type ApiPrincipal = {
  arn: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  mayInvoke?: boolean;
  isExpired?: boolean;
};

/** The principal who signed the request, or API Gateway's refusal. No document was found for the wording of the refusals. */
export async function authenticate(
  request: HttpRequest,
  principals: ApiPrincipal[],
  region: string,
): Promise<ApiPrincipal | { refusal: string }> {
  const { authorization = "", "x-amz-security-token": token } = request.headers;
  const [, key, scope, signed] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/(\S+), SignedHeaders=(\S+), Signature=/.exec(
      authorization,
    ) ?? [];
  if (key === undefined || signed === undefined) return { refusal: "Forbidden" };
  if (scope !== `${region}/execute-api/aws4_request`)
    return { refusal: "Credential should be scoped to a valid region and to the service 'execute-api'." };
  const principal = principals.find(({ accessKeyId }) => accessKeyId === key);
  if (principal === undefined || principal.sessionToken !== token)
    return { refusal: "The security token included in the request is invalid." };
  if (principal.isExpired) return { refusal: "The security token included in the request is expired" };
  if ((await signatureOf(request, principal, region, signed.split(";"))) !== authorization)
    return {
      refusal:
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
    };
  return principal.mayInvoke === false ? { refusal: "Forbidden" } : principal;
}

/** The Authorization header that the principal's own signature of this request would have. */
async function signatureOf(
  { method, url, headers, body }: HttpRequest,
  { accessKeyId, secretAccessKey, sessionToken }: ApiPrincipal,
  region: string,
  signed: string[],
): Promise<string | undefined> {
  // The hash of the body is computed anew, and not taken from the request.
  const kept = signed.filter((name) => name !== "x-amz-content-sha256");
  const signer = new SignatureV4({
    service: "execute-api",
    region,
    sha256: Sha256,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
  });
  const { headers: own } = await signer.sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(kept.map((name) => [name, String(headers[name])])),
      ...(body !== "" && { body }),
    },
    { signingDate: dateIn(String(headers["x-amz-date"])) },
  );
  return own["authorization"];
}

/** `20260101T000000Z`, in ISO 8601's basic form. */
function dateIn(text: string): Date {
  return new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}
