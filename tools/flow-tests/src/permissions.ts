// Holds the calls of the flow's functions to the policies that Terraform applied.
import { GetRolePolicyCommand, type IAMClient } from "@aws-sdk/client-iam";
import { decide } from "@sym/stand-ins/enforcement/decide";
import { type PolicyDocument, readPolicy } from "@sym/stand-ins/enforcement/policy";
import type { HttpRequest } from "@sym/stand-ins/kernel/serve";

/** A call in IAM's words. */
export type Need = { action: string; resource: string };

const here = "us-east-1:123456789012";

/** The permission that AWS asks for a call. Source: the service authorization reference, by service. */
export function needOf({ headers, url, body }: HttpRequest): Need {
  const [service = "", action = ""] = String(headers["x-amz-target"] ?? "").split(".");
  const invoked = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(url.pathname)?.[1];
  if (invoked !== undefined)
    return { action: "lambda:InvokeFunction", resource: decodeURIComponent(invoked) };
  if (service === "") return fromQuery(new URLSearchParams(body));
  const fields = JSON.parse(body);
  if (service.startsWith("DynamoDB")) {
    const table = `arn:aws:dynamodb:${here}:table/${fields.TableName}`;
    return {
      action: `dynamodb:${action}`,
      resource: fields.IndexName ? `${table}/index/${fields.IndexName}` : table,
    };
  }
  if (service === "AmazonSSM")
    return {
      action: `ssm:${action}`,
      resource: `arn:aws:ssm:${here}:parameter${fields.Name ?? fields.Path}`,
    };
  if (service === "secretsmanager") return { action: `secretsmanager:${action}`, resource: fields.SecretId };
  return { action: `states:${action}`, resource: fields.stateMachineArn ?? fields.executionArn ?? "*" };
}

function fromQuery(fields: URLSearchParams): Need {
  return { action: `sns:${fields.get("Action")}`, resource: fields.get("TopicArn") ?? "*" };
}

/** What one function may do, and which of it the function has done. */
export type Permissions = {
  /** Whether the function's policy allows the call. Remembers the call. */
  allows(functionName: string, need: Need): boolean;
  /** Refused calls, each with its function. */
  refused(): string[];
  /** The allowed actions that no call has used, each with its function. */
  unused(): string[];
  /** A table of the allowed actions. */
  table(): string;
};

/** Reads the policies of these functions' roles. */
export async function readPermissions(iam: IAMClient, functionNames: string[]): Promise<Permissions> {
  const policies = new Map<string, PolicyDocument>();
  for (const name of functionNames) {
    const { PolicyDocument: text = "" } = await iam.send(
      new GetRolePolicyCommand({ RoleName: name, PolicyName: "calls" }),
    );
    policies.set(name, JSON.parse(decodeURIComponent(text)));
  }
  const used = new Set<string>();
  const refused = new Set<string>();
  const grants = [...policies].flatMap(([name, policy]) =>
    grantsOf(policy).map((grant) => ({ name, ...grant })),
  );
  return {
    allows(name, need) {
      const policy = policies.get(name);
      if (policy === undefined) return true;
      const isAllowed = decide(readPolicy(policy), need.action, need.resource) === "allowed";
      if (!isAllowed) refused.add(`${name}: ${need.action} on ${need.resource}`);
      for (const grant of grantsOf(policy))
        if (decide(readPolicy(only(grant)), need.action, need.resource) === "allowed")
          used.add(keyOf(name, grant));
      return isAllowed;
    },
    refused: () => [...refused],
    unused: () =>
      grants
        // Lambda's runtime writes the log, not the function's code.
        .filter(({ name, ...grant }) => !grant.action.startsWith("logs:") && !used.has(keyOf(name, grant)))
        .map(({ name, action, resource }) => `${name}: ${action} on ${resource}`),
    table: () =>
      [
        "| Function | Action | Resource |",
        "| --- | --- | --- |",
        ...grants.map(
          ({ name, action, resource }) => `| \`${name}\` | \`${action}\` | \`${withoutChance(resource)}\` |`,
        ),
      ].join("\n"),
  };
}

/** The ARN of a secret ends in six characters that AWS makes up. */
function withoutChance(resource: string): string {
  return resource.replace(/(:secret:.+-)\w{6}$/, "$1??????");
}

function grantsOf({ Statement }: PolicyDocument): Need[] {
  return [Statement]
    .flat()
    .flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((resource) => ({ action, resource }))),
    );
}

function only({ action, resource }: Need): PolicyDocument {
  return { Version: "2012-10-17", Statement: { Effect: "Allow", Action: action, Resource: resource } };
}

function keyOf(name: string, { action, resource }: Need): string {
  return `${name} ${action} ${resource}`;
}
