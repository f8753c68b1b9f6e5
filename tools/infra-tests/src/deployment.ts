import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Moto, startMoto } from "@sym/stand-ins/moto";
import { createWorkspace, handlersFolder, type Mirrors, type Workspace } from "./terraform.ts";
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

/** A Terraform root in a workspace, with what people do to it. */
export type Root = {
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
};

/** `infra/aws`, and moto as its AWS. */
export type Deployment = Root & { moto: Moto; workspace: Workspace; close(): Promise<void> };

/** Starts moto, and prepares a copy of `infra/aws` for moto: the same files as for AWS, with another endpoint. */
export async function createDeployment(tools: Tools): Promise<Deployment> {
  const workspace = createWorkspace(mirrorsOf(tools));
  const moto = await startMoto(tools.python).catch((error: unknown) => {
    workspace.remove();
    throw error;
  });
  try {
    workspace.linkBundles();
    return {
      moto,
      workspace,
      ...(await initialise(workspace, "aws", moto.environment, noQueries)),
      async close() {
        await moto.close();
        workspace.remove();
      },
    };
  } catch (error) {
    await moto.close();
    workspace.remove();
    throw error;
  }
}

/** moto knows no saved queries. handlers/iam-group/sandbox/aws.tftest.hcl tests them with a mocked provider. */
export const noQueries: Variables = { saved_queries: false };

/** The mirrors of the providers of AWS. */
export function mirrorsOf({ awsMirror }: Tools): Mirrors {
  return awsMirror === undefined ? {} : { hashicorp: awsMirror };
}

/** Initialises a root, a folder below the workspace such as `aws`. `constants`: variables that every command gets. */
export async function initialise(
  workspace: Workspace,
  root: string,
  environment: Record<string, string>,
  constants: Variables = {},
): Promise<Root> {
  const terraform = (args: string[]) => workspace.terraform(root, args, { environment });
  const variableFile = path.join(workspace.folder, root, "test.auto.tfvars.json");
  const set = (variables: Variables) =>
    writeFileSync(variableFile, JSON.stringify({ ...constants, ...variables }));
  const show = async (...file: string[]) =>
    JSON.parse((await terraform(["show", "-json", ...file])).output || "{}");

  await terraform(["init", "-backend=false"]);
  return {
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
