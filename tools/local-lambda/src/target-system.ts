import type { System } from "@sym/stand-ins/target-system";
import { loadPart } from "./handler-parts.ts";

/**
 * The functions that seed and read a handler's target system in the sandbox; undefined if the handler has no
 * `system.ts`.
 */
export async function loadSystem(handler: string): Promise<System | undefined> {
  return (await loadPart(handler, "system"))?.["system"] as System | undefined;
}
