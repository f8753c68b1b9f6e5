// The examples that use the modules by git, with the modules of this clone in their place.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { initialise, noQueries, type PolicyDocument } from "./deployment.ts";
import { handlersFolder, infraFolder, packagesFolder, type Workspace } from "./terraform.ts";

const examplesFolder = fileURLToPath(new URL("../../../examples", import.meta.url));

/** The examples that are Terraform roots. */
export const examples = readdirSync(examplesFolder).filter((name) =>
  readdirSync(path.join(examplesFolder, name)).includes("versions.tf"),
);

/** The address of a module of this repository, as people write the address. */
const moduleByGit =
  /(?<=^ +source += ")git::https:\/\/github\.com\/OWNER\/sym-handlers\.git\/\/infra\/modules\/(\w+)\?ref=v[\d.]+(?="$)/gm;

/** Copies an example beside `infra/` in the workspace, with local modules. Returns the root for `workspace.terraform`. */
export function copyExample(workspace: Workspace, name: string): string {
  const root = `../examples/${name}`;
  const copy = path.join(workspace.folder, root);
  cpSync(path.join(examplesFolder, name), copy, { recursive: true });
  for (const file of readdirSync(copy).filter((one) => one.endsWith(".tf"))) {
    const text = readFileSync(path.join(copy, file), "utf8");
    writeFileSync(path.join(copy, file), text.replace(moduleByGit, "../../infra/modules/$1"));
  }
  return root;
}

/** The tables and indexes that the README of an example counts before everything is removed. */
export function countsIn(name: string): { TableName: string; IndexName: string; Select: "COUNT" }[] {
  const text = readFileSync(path.join(examplesFolder, name, "README.md"), "utf8");
  const commands = text.matchAll(/aws dynamodb scan --table-name (\S+) --index-name (\S+) --select COUNT/g);
  return [...commands].map(([, TableName = "", IndexName = ""]) => ({
    TableName,
    IndexName,
    Select: "COUNT",
  }));
}

/** Writes the built zips of handlers and of the flow, and their manifest, as a release has both. Returns the folder. */
export function writeRelease(workspace: Workspace, names: string[]): string {
  const folder = path.join(workspace.folder, "../release");
  mkdirSync(folder);
  const files = names.map((name) => {
    const zip = builtZip(name);
    writeFileSync(path.join(folder, `${name}.zip`), zip);
    return { name: `${name}.zip`, bytes: zip.length, source_code_hash: sha256(zip) };
  });
  writeFileSync(path.join(folder, "manifest.json"), JSON.stringify({ version: "0.1.0", files }));
  return folder;
}

/** The SHA-256 of a zip, as Lambda's `CodeSha256`. */
export function builtHash(name: string): string {
  return sha256(builtZip(name));
}

function builtZip(name: string): Buffer {
  const parent = readdirSync(handlersFolder).includes(name) ? handlersFolder : packagesFolder;
  return readFileSync(path.join(parent, name, "dist", `${name}.zip`));
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("base64");
}

/** The hooks of `infra/sym`, which an example has as its own file. */
export const hooks = {
  infra: path.join(infraFolder, "sym/impl.py"),
  example: path.join(examplesFolder, "iam-group-with-sym/impl.py"),
};

/** The policy that `infra/aws` plans for the function iam-group with this group alone. */
export async function plannedPolicy(
  workspace: Workspace,
  environment: Record<string, string>,
  groupArn: string,
): Promise<PolicyDocument> {
  workspace.linkBundles();
  const aws = await initialise(workspace, "aws", environment, noQueries);
  const changes = await aws.plan({ iam_group: { group_arns: [groupArn] } });
  const address = "module.iam_group[0].aws_iam_role_policy.target";
  const policy = changes.find((change) => change.address === address)?.after as
    | { policy: string }
    | undefined;
  if (policy === undefined) throw new Error(`infra/aws plans no ${address}`);
  return JSON.parse(policy.policy);
}
