import { iamGroup } from "./systems/iam-group.ts";
import type { System } from "./systems/system.ts";

/** By handler. A new handler is one more line here. */
export const systems: Record<string, System> = {
  "iam-group": iamGroup,
};
