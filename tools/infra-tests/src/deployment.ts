import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Moto, startMoto } from "@sym/stand-ins/moto";
import { createWorkspace, handlersFolder, type Workspace } from "./terraform.ts";
import type { Tools } from "./tools.ts";

/** The values of the variables of `infra/aws`. */
export type Variables = Record<string, unknown>;

/** A resource of Terraform's state or plan; `values` are the provider's. */
export type Resource = {
  address: string;
  type: string;
  name: string;
  values: Record<string, unknown>;
};

/** A planned change; `actions` such as `["create"]` or `["delete"]`. */
export type Change = { address: string; actions: string[]; before: unknown; after: unknown };

export type Deployment = {
  moto: Moto;
  workspace: Workspace;
  apply(variables: Variables): Promise<void>;
  /**
   * The changes that an apply of these variables would make. Without `refresh`, Terraform trusts its state instead of
   * reading AWS, which is faster.
   */
  plan(variables: Variables, options?: { refresh: boolean }): Promise<Change[]>;
  destroy(variables: Variables): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: outputs can have any type of Terraform.
  outputs(): Promise<Record<string, any>>;
  resources(): Promise<Resource[]>;
  close(): Promise<void>;
};

/** Starts moto, and prepares a copy of `infra/aws` for moto: the same files as for AWS, with another endpoint. */
export async function createDeployment(tools: Tools): Promise<Deployment> {
  const workspace = createWorkspace(tools.awsMirror === undefined ? {} : { hashicorp: tools.awsMirror });
  const moto = await startMoto(tools.python).catch((error: unknown) => {
    workspace.remove();
    throw error;
  });
  const environment = moto.environment;
  const terraform = (args: string[], codes = [0]) => workspace.terraform("aws", args, { environment, codes });
  const variableFile = path.join(workspace.folder, "aws", "test.auto.tfvars.json");
  // moto knows no saved queries. handlers/iam-group/sandbox/aws.tftest.hcl tests them with a mocked provider.
  const set = (variables: Variables) =>
    writeFileSync(variableFile, JSON.stringify({ saved_queries: false, ...variables }));
  const show = async (...file: string[]) =>
    JSON.parse((await terraform(["show", "-json", ...file])).output || "{}");

  try {
    workspace.linkBundles();
    await terraform(["init", "-backend=false"]);
  } catch (error) {
    await moto.close();
    workspace.remove();
    throw error;
  }
  return {
    moto,
    workspace,
    async apply(variables) {
      set(variables);
      await terraform(["apply", "-auto-approve"]);
    },
    async plan(variables, { refresh } = { refresh: true }) {
      set(variables);
      await terraform(["plan", `-refresh=${refresh}`, "-out=test.plan"]);
      const { resource_changes: changes = [] } = await show("test.plan");
      return changes
        .map(({ address, change }: { address: string; change: Omit<Change, "address"> }) => ({
          address,
          actions: change.actions,
          before: change.before,
          after: change.after,
        }))
        .filter(({ actions }: Change) => actions.join() !== "no-op" && actions.join() !== "read");
    },
    async destroy(variables) {
      set(variables);
      await terraform(["destroy", "-auto-approve"]);
    },
    async outputs() {
      const outputs = JSON.parse((await terraform(["output", "-json"])).output);
      return Object.fromEntries(
        Object.entries(outputs).map(([name, output]) => [name, (output as { value: unknown }).value]),
      );
    },
    async resources() {
      const { values } = await show();
      return values === undefined ? [] : resourcesOf(values.root_module);
    },
    async close() {
      await moto.close();
      workspace.remove();
    },
  };
}

type Module = { resources?: (Resource & { mode: string })[]; child_modules?: Module[] };

function resourcesOf({ resources = [], child_modules: children = [] }: Module): Resource[] {
  return [...resources.filter(({ mode }) => mode === "managed"), ...children.flatMap(resourcesOf)];
}

/** A policy document of IAM. */
export type PolicyDocument = {
  Version: string;
  Statement: {
    Sid: string;
    Effect: "Allow" | "Deny";
    Action: string | string[];
    Resource: string | string[];
  }[];
};

/** The applied policies of each function's role, by handler. */
export function handlerPolicies(resources: Resource[]): Record<string, PolicyDocument[]> {
  const policies: Record<string, PolicyDocument[]> = {};
  for (const { address, type, name, values } of resources) {
    const [, module] = /^module\.(\w+)\[0\]\.aws_iam_role_policy\./.exec(address) ?? [];
    if (type !== "aws_iam_role_policy" || module === undefined || module === "connector" || name === "sweep")
      continue;
    const handler = module.replaceAll("_", "-");
    policies[handler] = [...(policies[handler] ?? []), JSON.parse(String(values["policy"]))];
  }
  return policies;
}

/** The bytes of a handler's zip from `npm run build`. */
export function readZip(handler: string): Buffer {
  return readFileSync(path.join(handlersFolder, handler, "dist", `${handler}.zip`));
}
