// The whole flow, deployed to moto by two applies: infra/aws with the handler iam-group, and infra/flow.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createWorkspace } from "@sym/infra-tests/terraform";
import type { Tools } from "@sym/infra-tests/tools";
import { type Gateway, type GatewayOptions, startGateway } from "./gateway.ts";
import { approversChannel, leads } from "./slack-people.ts";

export type Deployment = {
  gateway: Gateway;
  /** Runs Terraform in a root of infra/, with these variables or the last ones, and returns its output. */
  terraform(root: "aws" | "flow", args: string[], variables?: Record<string, unknown>): Promise<string>;
  outputs(root: "aws" | "flow"): Promise<Record<string, unknown>>;
  close(): Promise<void>;
};

/** Starts the servers, and prepares copies of the Terraform roots. Nothing is applied yet. */
export async function prepareDeployment(
  tools: Tools,
  options: Omit<GatewayOptions, "python">,
): Promise<Deployment> {
  const workspace = createWorkspace(tools.awsMirror === undefined ? {} : { hashicorp: tools.awsMirror });
  workspace.linkBundles();
  const gateway = await startGateway({ python: tools.python, ...options });

  const terraform: Deployment["terraform"] = async (root, args, variables) => {
    const file = path.join(workspace.folder, root, "test.auto.tfvars.json");
    if (variables) writeFileSync(file, JSON.stringify(variables));
    return (await workspace.terraform(root, args, { environment: gateway.environment })).output;
  };

  return {
    gateway,
    terraform,
    async outputs(root) {
      const outputs = JSON.parse(await terraform(root, ["output", "-json"])) as Record<
        string,
        { value: unknown }
      >;
      return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
    },
    async close() {
      await gateway.close();
      workspace.remove();
    },
  };
}

/** The variables of infra/aws. */
export const awsVariables = {
  region: "us-east-1",
  saved_queries: false, // moto knows no saved queries.
  deletion_protection: false,
  iam_group: {
    group_arns: ["arn:aws:iam::123456789012:group/prod-admins"],
    environment: { SWEEP_GRACE_SECONDS: "900" },
  },
};

/** The variables of infra/flow. Robin, Sam and Kim may ask; Alex, Sam and Kim may approve, for two approvals as leads in Slack. */
export function flowVariables(functionArns: unknown, secretArn: string, teamId: string) {
  const asking = ["robin@example.com", "sam@example.com", "kim@example.com"];
  const target = {
    handler: "iam-group",
    label: "Production admins",
    settings: { group_name: "prod-admins" },
    may_ask: { people: asking },
    may_approve: { people: ["alex@example.com", "sam@example.com", "kim@example.com"] },
    durations: ["10m", "30m", "1h"],
    longest: "1h",
    decide_within: "1h",
  };
  const breakGlass = { may_ask: { people: asking }, longest: "30m", message: "The glass is broken." };
  const twoApprovers = { people: ["alex@example.com"], slack_user_groups: [leads] };
  return {
    region: "us-east-1",
    function_arns: functionArns,
    allowed_principals: ["arn:aws:sts::123456789012:assumed-role/Access/{email}"],
    deletion_protection: false,
    slack: {
      team_id: teamId,
      secret_arn: secretArn,
      email_domains: ["example.com"],
      channel: approversChannel,
    },
    targets: {
      "prod-admins": { ...target, break_glass: breakGlass },
      "prod-admins-two": {
        ...target,
        label: "Production admins, two approvals",
        may_approve: twoApprovers,
        approvals: 2,
      },
    },
  };
}
