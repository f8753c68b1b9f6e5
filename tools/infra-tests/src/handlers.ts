import { existsSync } from "node:fs";
import path from "node:path";
import { listHandlers } from "@sym/local-lambda/handler-bundles";
import { handlersWith, loadPart, type Part } from "@sym/local-lambda/handler-parts";
import type { Story } from "./least-privilege/story.ts";
import type { SymTargets } from "./sym-targets.ts";
import { handlersFolder } from "./terraform.ts";

export const handlers = listHandlers();

/** A handler's name in Terraform, where hyphens are rare. */
export function terraformName(handler: string): string {
  return handler.replaceAll("-", "_");
}

/** What each handler's `sandbox/least-privilege.ts` exports as `story`. */
export function loadStories(): Promise<Story[]> {
  return load("least-privilege", "story");
}

/** What each handler's `sandbox/sym-targets.ts` exports as `symTargets`, by handler. */
export async function loadSymTargets(): Promise<Record<string, SymTargets>> {
  const all = await load<SymTargets>("sym-targets", "symTargets");
  return Object.fromEntries(
    handlersWith("sym-targets").map((handler, at) => [handler, all[at] as SymTargets]),
  );
}

/** Each handler's tests of its file in `infra/aws`, as Terraform runs them in `infra/tests`. */
export function listAwsTests(): { handler: string; file: string }[] {
  return handlers
    .map((handler) => ({ handler, file: path.join(handlersFolder, handler, "sandbox", "aws.tftest.hcl") }))
    .filter(({ file }) => existsSync(file));
}

async function load<T>(part: Part, name: string): Promise<T[]> {
  for (const handler of handlers.filter((one) => !handlersWith(part).includes(one)))
    process.stderr.write(`SKIPPED: the ${part} of ${handler}, for want of its sandbox/${part}.ts\n`);
  return Promise.all(handlersWith(part).map(async (handler) => (await loadPart(handler, part))?.[name] as T));
}
