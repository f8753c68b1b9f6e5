import type { CheckedTarget } from "@sym/lambda-core";
import type { ToggleRules } from "./toggle.ts";

/** The targets that `TOGGLE_ALLOWED` allows, for a check. */
export function toggleTargets({ allowed }: ToggleRules): CheckedTarget[] {
  return allowed.map((name) => {
    const [project = "", environment = "", flag = ""] = name.split("/");
    const settings = { mode: "toggle", project, environment, flag };
    return { name, label: undefined, source: "TOGGLE_ALLOWED", settings };
  });
}
