import { UsageError } from "@sym/command-line/usage-error";
import { handlersWith, loadPart } from "@sym/local-lambda/handler-parts";
import type { SandboxSystem } from "./sandbox-target.ts";

/** Every handler of this workspace that says how the suite sets up and reads its system. */
export function handlersWithSystem(): string[] {
  return handlersWith("conformance");
}

/** What a handler of this workspace says of its system. */
export async function loadSystem(handler: string): Promise<SandboxSystem> {
  const part = await loadPart(handler, "conformance");
  if (!part)
    throw new UsageError(
      `There is no handlers/${handler}/sandbox/conformance.ts: there is one for ${handlersWithSystem().join(", ")}.`,
    );
  return part["system"] as SandboxSystem;
}
