import type { System } from "@sym/stand-ins/target-system";
import { loadPart } from "./handler-parts.ts";

/** How a handler's target system is seeded and read in the sandbox, or undefined if its folder does not say. */
export async function loadSystem(handler: string): Promise<System | undefined> {
  return (await loadPart(handler, "system"))?.["system"] as System | undefined;
}
