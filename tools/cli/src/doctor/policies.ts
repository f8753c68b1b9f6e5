import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from "@aws-sdk/client-iam";
import { decide } from "@sym/stand-ins/enforcement/decide";
import { readPolicy } from "@sym/stand-ins/enforcement/policy";
import type { Clients } from "./account.ts";
import { ask } from "./ask.ts";

/**
 * Whether the role's policies, inline or attached, allow the action on the resource. `unknown` if a policy has elements
 * that only AWS can evaluate, such as a Condition.
 */
export async function mayDo(
  roleName: string,
  { action, resource }: { action: string; resource: string },
  { iam }: Clients,
): Promise<"allowed" | "not-allowed" | "unknown"> {
  const documents = await policiesOf(roleName, iam);
  try {
    const decision = decide(documents.flatMap(readPolicy), action, resource);
    return decision === "allowed" ? "allowed" : "not-allowed";
  } catch {
    return "unknown";
  }
}

async function policiesOf(RoleName: string, iam: Clients["iam"]): Promise<unknown[]> {
  const inline = await ask("iam:ListRolePolicies", inlineNames(RoleName, iam));
  const attached = await ask("iam:ListAttachedRolePolicies", attachedArns(RoleName, iam));
  const documents = await Promise.all([
    ...inline.map(async (PolicyName) => {
      const command = new GetRolePolicyCommand({ RoleName, PolicyName });
      return (await ask("iam:GetRolePolicy", iam.send(command))).PolicyDocument;
    }),
    ...attached.map((arn) => documentOf(arn, iam)),
  ]);
  return documents.map((document = "{}") => JSON.parse(decodeURIComponent(document)));
}

async function inlineNames(RoleName: string, client: Clients["iam"]): Promise<string[]> {
  const pages = paginateListRolePolicies({ client }, { RoleName });
  return (await Array.fromAsync(pages)).flatMap(({ PolicyNames = [] }) => PolicyNames);
}

async function attachedArns(RoleName: string, client: Clients["iam"]): Promise<string[]> {
  const pages = await Array.fromAsync(paginateListAttachedRolePolicies({ client }, { RoleName }));
  return pages.flatMap(({ AttachedPolicies = [] }) =>
    AttachedPolicies.map(({ PolicyArn = "" }) => PolicyArn),
  );
}

async function documentOf(PolicyArn: string, iam: Clients["iam"]): Promise<string | undefined> {
  const { Policy } = await ask("iam:GetPolicy", iam.send(new GetPolicyCommand({ PolicyArn })));
  const VersionId = Policy?.DefaultVersionId;
  const command = new GetPolicyVersionCommand({ PolicyArn, VersionId });
  return (await ask("iam:GetPolicyVersion", iam.send(command))).PolicyVersion?.Document;
}
