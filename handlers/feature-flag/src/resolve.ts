// Change this file first: it maps Sym's words onto yours. Which flag is meant, and under which key does the flag
// system know the requester?
import { createHash } from "node:crypto";
import type { Access, SymRequest } from "@sym/lambda-core";
import { refused } from "./feature-flag-rest.ts";
import { readTarget, type Settings, type TargetSettings } from "./settings.ts";

/** One person's variation of a flag, or a flag's state for everybody. Plain JSON. */
export type FlagAccess = Access & {
  provider: "launchdarkly" | "unleash" | "appconfig";
  project: string;
  environment: string;
  flag: string;
  /** What was asked for, as the target names it. For a toggle `on` or `off`; for a person in Unleash always `on`. */
  variation: string;
  /** The person. Absent in a toggle, which is for everybody. */
  context?: { kind: string; key: string };
  /** LaunchDarkly's id of the variation, once it is known. */
  variationId?: string;
  /** Whether the person had no variation of their own before we gave one. */
  added?: true;
  /** AppConfig's ids of what the flag is in, and of how it is deployed. */
  deployment?: { profile: string; strategy: string };
};

const products = { launchdarkly: "LaunchDarkly", unleash: "Unleash", appconfig: "AppConfig" };

/** Finds the names without asking the flag system; whether they exist shows when they are used. */
export function resolve(request: SymRequest, settings: Settings): FlagAccess {
  const target = readTarget(request);
  const provider = target.kind.split(" ")[0] as FlagAccess["provider"];
  const { project, environment, flag, variation = "on" } = target;
  const base = { provider, project, environment, flag, variation };
  const place = `${project}/${environment}`;
  const name = `${products[provider]} flag ${flag} in ${place}`;

  if ("context_key" in target) {
    const key = contextKeyOf(request.requester, target.context_key, settings.domains);
    const kind = "context_kind" in target ? target.context_kind : "user";
    return {
      ...base,
      subject: `${kind}/${key}`,
      resource: [provider, place, flag].join("/"),
      names: { subject: `${kind} ${key}`, resource: `${name} (${variation} for ${kind} ${key})` },
      granted: [],
      context: { kind, key },
    };
  }
  if (request.type === "escalate") checkToggle(`${place}/${flag}`, settings);
  return {
    ...base,
    // One lease for all who switch the same flag: the last of them to end puts it back.
    subject: "everybody",
    resource: [provider, place, ...deploymentPath(target), flag].join("/"),
    names: { subject: "everybody", resource: `${name} (${variation} for everybody)` },
    granted: [],
    ...("deployment_strategy" in target && {
      deployment: { profile: target.configuration_profile, strategy: target.deployment_strategy },
    }),
  };
}

/** A switch for everybody is never inferred: flag and environment must be on the function's own list. */
function checkToggle(toggle: string, { toggleAllowed, keepsLeases }: Settings): void {
  if (!toggleAllowed.includes(toggle))
    throw refused(
      `${toggle} may not be switched for everybody; add it to TOGGLE_ALLOWED, or set the target's mode to target-user`,
    );
  if (!keepsLeases)
    throw refused(
      `${toggle} cannot be switched for everybody without leases, which remember how it was before; give the function a table of leases`,
    );
}

function contextKeyOf(email: string, template: string, domains: string[]): string {
  return template.replace(/\{(\w+)\}/, (_match, part) => {
    if (part === "email") return email;
    if (part === "sha256") return createHash("sha256").update(email.toLowerCase()).digest("hex");
    const at = email.lastIndexOf("@");
    if (at > 0 && domains.includes(email.slice(at + 1).toLowerCase())) return email.slice(0, at);
    throw refused(
      `${email} is not in one of the domains of CONTEXT_KEY_DOMAINS (${domains.join(", ")}); add its domain, or use {email} in the target's setting context_key`,
    );
  });
}

function deploymentPath(target: TargetSettings): string[] {
  return "configuration_profile" in target ? [target.configuration_profile] : [];
}
