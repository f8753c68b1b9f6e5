import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "@sym/command-line/usage-error";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";
import type { SandboxSystem } from "./sandbox-target.ts";

/** Every handler of this workspace that says how the suite sets up and reads its system. */
export function handlersWithSystem(): string[] {
  return readdirSync(path.join(workspaceRoot, "handlers"))
    .filter((handler) => existsSync(systemFile(handler)))
    .sort();
}

/** What a handler of this workspace says of its system. */
export async function loadSystem(handler: string): Promise<SandboxSystem> {
  if (!handlersWithSystem().includes(handler))
    throw new UsageError(
      `There is no handlers/${handler}/src/conformance.test-support.ts: there is one for ${handlersWithSystem().join(", ")}.`,
    );
  return (await import(pathToFileURL(systemFile(handler)).href)).system;
}

function systemFile(handler: string): string {
  return path.join(workspaceRoot, "handlers", handler, "src", "conformance.test-support.ts");
}
