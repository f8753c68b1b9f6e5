// Proves that the policies applied by Terraform allow all scenes of the handlers, and no more.
import path from "node:path";
import type { PolicyDocument } from "@sym/stand-ins/enforcement/policy";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { beforeAll, describe, expect, test } from "vitest";
import { createDeployment, handlerPolicies } from "./deployment.ts";
import { type Proof, prove } from "./least-privilege/prove.ts";
import { compare, fetchSimulator, hasNoOpinion, questionOf } from "./least-privilege/second-opinion.ts";
import { play } from "./least-privilege/stage.ts";
import { tableOf } from "./least-privilege/table.ts";
import { variablesOf } from "./least-privilege/variables.ts";
import { startStories } from "./stories.test-support.ts";
import { handlersFolder } from "./terraform.ts";
import { findTools } from "./tools.ts";

const tools = findTools();
const { all, playable: stories } = await startStories();

const simulator = await fetchSimulator().catch((error: Error) => error);
if (simulator instanceof Error)
  process.stderr.write(`SKIPPED: the second opinion of iam-simulate, because ${simulator.message}\n`);

test.runIf(process.env["CI"])("iam-simulate is installed in CI", () => {
  expect(simulator, "npm fetches iam-simulate").not.toBeInstanceOf(Error);
});

describe.runIf(tools)("the policies that infra/aws applies", () => {
  let policies: Record<string, PolicyDocument[]> = {};
  const proofs = new Map<string, Proof>();

  beforeAll(async () => {
    if (!tools) return;
    const deployment = await createDeployment(tools);
    const sandbox = await startSandbox();
    try {
      await deployment.apply(variablesOf(all, sandbox));
      policies = handlerPolicies(await deployment.resources());
    } finally {
      await sandbox.close();
      await deployment.close();
    }
  });
  test.each(stories)("$handler may do everything in its story, and needs every permission", async (story) => {
    const started = performance.now();
    const proof = await prove(story, policies[story.handler] ?? []);
    proofs.set(story.handler, proof);
    expect(proof.failures).toEqual([]);
    const wrong = proof.findings.filter(({ is }) => is === "superfluous" || is === "too wide");
    expect(wrong).toEqual([]);
    // The error must name the missing permission.
    for (const finding of proof.findings)
      if (finding.is === "needed")
        expect(finding.failure).toContain(`not allowed to call ${finding.action} on `);
    const { length } = proof.findings.filter(({ is }) => is === "needed");
    const file = path.join(handlersFolder, story.handler, "sandbox", "least-privilege.md");
    await expect(tableOf(story.handler, proof)).toMatchFileSnapshot(file);
    process.stdout.write(
      `${story.handler}: ${length} grants, each needed; ${proof.plays} scenes played in ${Math.round(performance.now() - started)} ms\n`,
    );
  });

  test.runIf(typeof simulator === "string").each(stories)(
    "iam-simulate and the sandbox decide alike for $handler",
    async ({ handler }) => {
      const question = questionOf(policies[handler] ?? [], proofs.get(handler)?.asked ?? []);
      const opinions = await compare(String(simulator), question);
      const decided = opinions.filter((opinion) => !hasNoOpinion(opinion));
      expect(decided.filter(({ ours, theirs }) => ours !== theirs)).toEqual([]);
      for (const decision of ["Allowed", "ImplicitlyDenied"])
        expect(decided.some(({ ours }) => ours === decision)).toBe(true);
      process.stdout.write(
        `${handler}: ${decided.length} decisions, all equal to iam-simulate's; ${opinions.length - decided.length} unknown to iam-simulate\n`,
      );
    },
  );
});

const refusedElsewhere = stories.flatMap((story) =>
  (story.refusedElsewhere ?? []).map((scene) => ({ story, scene, name: scene.name })),
);
test.each(refusedElsewhere)("$name, although AWS allows everything", async ({ story, scene }) => {
  const everything = {
    Version: "2012-10-17",
    Statement: { Effect: "Allow" as const, Action: "*", Resource: "*" },
  };
  const { failure } = await play(story, scene, [everything]);
  expect(failure).toBeUndefined();
});
