// Change this file first: it maps Sym's words onto yours. Which flag is meant, and under which key does LaunchDarkly
// know the requester?
import { checkToggle, contextKeyOf } from "@sym/flags";
import type { Access, SymRequest } from "@sym/lambda-core";
import { type LaunchDarklySettings, readTarget } from "./settings.ts";

/** One person's variation of a flag, or the targeting of a flag for everybody. Plain JSON. */
export type FlagAccess = Access & {
  project: string;
  environment: string;
  flag: string;
  /** The variation as the target names it; for a toggle `on` or `off`. */
  variation: string;
  /** The person. Absent in a toggle, which is for everybody. */
  context?: { kind: string; key: string };
  /** LaunchDarkly's id of the variation, once it is known. */
  variationId?: string;
  /** Whether the person had no variation of their own before the grant. */
  added?: true;
};

/** Finds the names without asking LaunchDarkly; whether they exist shows when they are used. */
export function resolve(request: SymRequest, { toggles, domains }: LaunchDarklySettings): FlagAccess {
  const target = readTarget(request);
  const { project, environment, flag, variation } = target;
  const resource = `${project}/${environment}/${flag}`;
  const base = { project, environment, flag, variation, resource, granted: [] };
  const name = `LaunchDarkly flag ${flag} in ${project}/${environment}`;

  if (target.mode === "toggle") {
    if (request.type === "escalate")
      checkToggle(resource, toggles, ", or set the target's mode to target-user");
    // One lease for all who switch the same flag: the last of them to end puts it back.
    const names = { subject: "everybody", resource: `${name} (${variation} for everybody)` };
    return { ...base, subject: "everybody", names };
  }
  const kind = target.context_kind;
  const key = contextKeyOf(request.requester, target.context_key, domains);
  const subject = `${kind} ${key}`;
  return {
    ...base,
    subject: `${kind}/${key}`,
    names: { subject, resource: `${name} (${variation} for ${subject})` },
    context: { kind, key },
  };
}
