import { writeFileSync } from "node:fs";
import path from "node:path";
import { type SymApi, type SymEntity, type SymKind, startSymApi } from "@sym/stand-ins/sym-api";
import { expect, test } from "vitest";
import { handlers } from "./handlers.ts";
import { startSymProvider } from "./sym-provider.ts";
import type { SymTargets } from "./sym-targets.ts";
import { createWorkspace, type TerraformRun, terraformVersion } from "./terraform.ts";

/** An empty stand-in for Sym's API, and a copy of `infra/sym` that applies to the stand-in. */
export type SymDeployment = {
  api: SymApi;
  /** Runs Terraform with these variables. */
  run(args: string[], variables: object, codes?: number[]): Promise<TerraformRun>;
  apply(variables: object): Promise<string>;
  /** The planned changes, as `action address`. */
  plan(variables: object): Promise<string[]>;
  /** Terraform's message for refused variables, without frames and line breaks. */
  refusal(variables: object): Promise<string>;
  one(kind: SymKind, slug: string): SymEntity;
  close(): Promise<void>;
};

/** Whether Terraform is on the PATH; if not, prints a message, and with `CI` set a test fails. */
export function findTerraform(): boolean {
  const found = terraformVersion() !== undefined;
  if (!found) process.stderr.write("SKIPPED: tests of infra/sym, because Terraform is not on the PATH\n");
  test.runIf(process.env["CI"])("Terraform is installed in CI", () => {
    expect(found).toBe(true);
  });
  return found;
}

export async function createSymDeployment(): Promise<SymDeployment> {
  const api = await startSymApi();
  const provider = await startSymProvider(api);
  const workspace = createWorkspace(provider.mirrors);
  const { environment } = provider;
  const run = async (args: string[], variables: object, codes = [0]) => {
    writeFileSync(path.join(workspace.folder, "sym/test.auto.tfvars.json"), JSON.stringify(variables));
    return workspace.terraform("sym", args, { environment, codes });
  };
  await run(["init", "-backend=false"], {});
  return {
    api,
    run,
    apply: async (variables) => (await run(["apply", "-auto-approve"], variables)).output,
    async plan(variables) {
      await run(["plan", "-out=test.plan"], variables);
      const { resource_changes: changes = [] } = JSON.parse(
        (await run(["show", "-json", "test.plan"], variables)).output,
      );
      return changes
        .map(
          ({ address, change }: { address: string; change: { actions: string[] } }) =>
            `${change.actions.join("+")} ${address}`,
        )
        .filter((change: string) => !change.startsWith("no-op "));
    },
    async refusal(variables) {
      const { output } = await run(["plan"], variables, [1]);
      return output.replace(/[│╷╵\s]+/g, " ");
    },
    one(kind, slug) {
      const found = api.entities(kind).filter((entity) => entity["slug"] === slug);
      expect(found, `${kind} named ${slug}`).toHaveLength(1);
      return found[0] as SymEntity;
    },
    async close() {
      workspace.remove();
      await provider.close();
      await api.close();
    },
  };
}

const arn = (handler: string) => `arn:aws:lambda:eu-west-1:111122223333:function:sym-${handler}`;

/** Function ARNs like the output of `infra/aws`. */
export function functionArns(...handlers: string[]): Record<string, string> {
  return Object.fromEntries(handlers.map((handler) => [handler, arn(handler)]));
}

const roles = {
  connector_settings: {
    cloud: "aws",
    region: "eu-west-1",
    role_arn: "arn:aws:iam::111122223333:role/sym/SymLambdaProd",
    account_id: "111122223333",
  },
  runtime_settings: {
    cloud: "aws",
    region: "eu-west-1",
    role_arn: "arn:aws:iam::111122223333:role/sym/SymRuntimeProd",
    account_id: "111122223333",
    external_id: "11111111-1111-4111-8111-111111111111",
  },
};

/** The required variables. */
export const basics = { org: "acme", slack_workspace_id: "T0123ABCD", ...roles };

/** The variables with all targets of all handlers. */
export function everything(symTargets: Record<string, SymTargets>): Record<string, unknown> {
  const variables = Object.assign({}, ...Object.values(symTargets).map((targets) => targets.variables));
  return { ...basics, ...variables, function_arns: functionArns(...handlers) };
}
