import { type FunctionEnvironment, readIdentityDomains } from "@sym/lambda-core";
import { readToggleRules, type ToggleRules } from "./toggle.ts";

/** `domains`: in lower case; no two people share a local part in these domains. */
export type FlagRules = { toggles: ToggleRules; domains: string[] };

/** Reads `TOGGLE_ALLOWED`; `IDENTITY_DOMAINS`; and whether `LEASES` is off. */
export function readFlagRules(environment: FunctionEnvironment): FlagRules {
  return { toggles: readToggleRules(environment), domains: readIdentityDomains(environment) };
}
