// Change this file first: it maps Sym's words onto yours. Which flag is meant, and under which key does Unleash know
// the requester?
import { checkToggle, contextKeyOf } from "@sym/flags";
import type { Access, SymRequest } from "@sym/lambda-core";
import { readTarget, type UnleashSettings } from "./settings.ts";

/** A flag in one environment, on for one person, or switched for everybody. Plain JSON. */
export type FlagAccess = Access & {
  project: string;
  environment: string;
  flag: string;
  /** `on`, or for a toggle perhaps `off`. */
  variation: "on" | "off";
  /** The person, by Unleash's context field userId. Absent in a toggle, which is for everybody. */
  userId?: string;
};

/** Finds the names without asking Unleash; whether they exist shows when they are used. */
export function resolve(request: SymRequest, { toggles, domains }: UnleashSettings): FlagAccess {
  const target = readTarget(request);
  const { project, environment, flag, variation = "on" } = target;
  const resource = `${project}/${environment}/${flag}`;
  const base = { project, environment, flag, variation, resource };
  const name = `Unleash flag ${flag} in ${project}/${environment}`;

  if (target.mode === "toggle") {
    if (request.type === "escalate")
      checkToggle(resource, toggles, ", or set the target's mode to target-user");
    // One lease for all who switch the same flag: the last of them to end puts it back.
    const names = { subject: "everybody", resource: `${name} (${variation} for everybody)` };
    return { ...base, subject: "everybody", names, granted: [variation] };
  }
  const userId = contextKeyOf(request.requester, target.context_key, domains);
  return {
    ...base,
    subject: `user/${userId}`,
    names: { subject: `user ${userId}`, resource: `${name} (on for user ${userId})` },
    granted: ["targeted"],
    userId,
  };
}
