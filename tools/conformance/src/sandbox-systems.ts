import { UsageError } from "@sym/command-line/usage-error";
import { handlersWith, loadPart } from "@sym/local-lambda/handler-parts";
import type { SandboxSystem } from "./sandbox-target.ts";

/** Every handler of this workspace with a `sandbox/conformance.ts`. */
export function handlersWithSystem(): string[] {
  return handlersWith("conformance");
}

/** Loads the `system` of a handler's `sandbox/conformance.ts`. */
export async function loadSystem(handler: string): Promise<SandboxSystem> {
  const part = await loadPart(handler, "conformance");
  if (!part)
    throw new UsageError(
      `handlers/${handler}/sandbox/conformance.ts does not exist. Choose from: ${handlersWithSystem().join(", ")}.`,
    );
  return part["system"] as SandboxSystem;
}
