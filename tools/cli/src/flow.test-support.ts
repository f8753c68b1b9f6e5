import { type Finished, runScript } from "@sym/command-line/front-door.test-support";
import { openFlowAccount, role } from "@sym/flow-functions/flow-account.test-support";
import { type ApiPrincipal, startHttpApi } from "@sym/stand-ins/api-gateway";
import { onTestFinished } from "vitest";

const principals: Record<string, ApiPrincipal> = {
  robin: principal("ROBIN", `${role}/robin@example.com`),
  /** Robin as an IAM user, in another spelling. */
  robinsUser: principal("ROBINSUSER", "arn:aws:iam::111122223333:user/Robin@Example.com"),
  alex: principal("ALEX", `${role}/alex@example.com`),
  kim: principal("KIM", `${role}/kim@example.com`),
  sam: { ...principal("SAM", `${role}/sam@example.com`), sessionToken: "token-of-sam" },
  auditor: principal("AUDITOR", "arn:aws:iam::111122223333:user/auditor"),
  outsider: { ...principal("OUTSIDER", `${role}/outsider@example.com`), mayInvoke: false },
  late: { ...principal("LATE", `${role}/late@example.com`), isExpired: true },
};

function principal(name: string, arn: string): ApiPrincipal {
  return { arn, accessKeyId: `AKIAEXAMPLE${name}`, secretAccessKey: `secret-of-${name}` };
}

/** The variables with which a command calls an API in the name of a person. */
export function environmentOf(name: string, url: string): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = principals[name] ?? principal("UNKNOWN", "");
  return {
    SYM_FLOW_API: url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  };
}

/** An account with the flow, whose API people call with the commands. */
export async function openFlow(options: Parameters<typeof openFlowAccount>[0] = {}) {
  const account = await openFlowAccount(options);
  const api = await startHttpApi({
    principals: Object.values(principals),
    invoke: async (event) => (await account.invoke("api", event)).payload,
  });
  onTestFinished(() => api.close());
  const run =
    (script: "request" | "requests") =>
    (name: string, ...args: string[]): Promise<Finished> =>
      runScript(script, args, { environment: environmentOf(name, api.url) });
  const request = run("request");
  return {
    ...account,
    url: api.url,
    request,
    requests: run("requests"),
    /** Asks for a request of Robin, and returns the id. */
    async ask(...args: string[]): Promise<string> {
      const { code, stdout, stderr } = await request("robin", ...standard, "--json", ...args);
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout).request.id;
    },
  };
}

export const standard = ["prod-admins", "--for", "30m", "--reason", "Restart the importer"];
