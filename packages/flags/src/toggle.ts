import { type Change, misconfigured, refused } from "@sym/lambda-core";
import * as v from "valibot";

/** `allowed` lists the `project/environment/flag` of each flag that the function may switch for everybody. */
export type ToggleRules = { allowed: string[]; keepsLeases: boolean };

const toggleList = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.pipe(v.string(), v.regex(/^[^/]+(\/[^/]+){2}$/))),
);

/** Reads `TOGGLE_ALLOWED`, and from `LEASES` whether leases record the state before a switch. */
export function readToggleRules(environment: Record<string, string | undefined>): ToggleRules {
  const parsed = v.safeParse(toggleList, environment["TOGGLE_ALLOWED"] || "[]");
  if (parsed.success) return { allowed: parsed.output, keepsLeases: environment["LEASES"] !== "off" };
  throw misconfigured(
    'TOGGLE_ALLOWED must be a JSON list of project/environment/flag, such as ["shop/production/new-checkout"]',
  );
}

/**
 * Refuses to switch a flag for everybody unless the function's own list has the flag. `alternative` completes the sentence:
 * add it to TOGGLE_ALLOWED, `or …`.
 */
export function checkToggle(toggle: string, { allowed, keepsLeases }: ToggleRules, alternative = ""): void {
  if (!allowed.includes(toggle)) throw notAllowed(toggle, alternative);
  if (!keepsLeases)
    throw refused(
      `${toggle} cannot be switched for all users without leases, which record the earlier state; give the function a table of leases (LEASES_TABLE)`,
    );
}

/** Refuses a switch of a flag that has left the function's list, except back to the standing state. */
export function checkSwitch(toggle: string, { state, afterwards }: Change, { allowed }: ToggleRules): void {
  if (state !== afterwards && !allowed.includes(toggle)) throw notAllowed(toggle);
}

function notAllowed(toggle: string, alternative = "") {
  return refused(`${toggle} may not be switched for all users; add it to TOGGLE_ALLOWED${alternative}`);
}
