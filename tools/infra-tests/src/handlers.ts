import { existsSync } from "node:fs";
import path from "node:path";
import { listHandlers } from "@sym/local-lambda/handler-bundles";
import { handlersWith, loadPart, type Part } from "@sym/local-lambda/handler-parts";
import type { Story } from "./least-privilege/story.ts";
import type { SymTargets } from "./sym-targets.ts";
import { handlersFolder } from "./terraform.ts";

export const handlers = listHandlers();

/** A handler's name in Terraform, with underscores. */
export function terraformName(handler: string): string {
  return handler.replaceAll("-", "_");
}

/** The `story` of each handler's `sandbox/least-privilege.ts`. */
export function loadStories(): Promise<Story[]> {
  return load("least-privilege", "story");
}

/** The `symTargets` of each handler's `sandbox/sym-targets.ts`, by handler. */
export async function loadSymTargets(): Promise<Record<string, SymTargets>> {
  const all = await load<SymTargets>("sym-targets", "symTargets");
  return Object.fromEntries(
    handlersWith("sym-targets").map((handler, at) => [handler, all[at] as SymTargets]),
  );
}

/** Each handler's Terraform tests of its file in `infra/aws`; they run in `infra/tests`. */
export function listAwsTests(): { handler: string; file: string }[] {
  return handlers
    .map((handler) => ({ handler, file: path.join(handlersFolder, handler, "sandbox", "aws.tftest.hcl") }))
    .filter(({ file }) => existsSync(file));
}

async function load<T>(part: Part, name: string): Promise<T[]> {
  for (const handler of handlers.filter((one) => !handlersWith(part).includes(one)))
    process.stderr.write(`SKIPPED: the ${part} of ${handler}, because sandbox/${part}.ts does not exist\n`);
  return Promise.all(handlersWith(part).map(async (handler) => (await loadPart(handler, part))?.[name] as T));
}
