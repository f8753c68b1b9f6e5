import {
  type Access,
  type Change,
  everybody,
  type FunctionEnvironment,
  misconfigured,
  refused,
  type SymRequest,
} from "@sym/lambda-core";
import * as v from "valibot";

/** A flag in an environment of a project, in the flag system's own keys. */
export type Place = { project: string; environment: string; flag: string };

/** `allowed` lists the `project/environment/flag` of each flag that the function may turn on or off for all users. */
export type ToggleRules = { allowed: string[]; keepsLeases: boolean };

const toggleList = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.pipe(v.string(), v.regex(/^[^/]+(\/[^/]+){2}$/))),
);

/** Reads `TOGGLE_ALLOWED`, and from `LEASES` whether leases record the state before a change. */
export function readToggleRules(environment: FunctionEnvironment): ToggleRules {
  const parsed = v.safeParse(toggleList, environment["TOGGLE_ALLOWED"] || "[]");
  if (parsed.success) return { allowed: parsed.output, keepsLeases: environment["LEASES"] !== "off" };
  throw misconfigured(
    'TOGGLE_ALLOWED must be a JSON list of project/environment/flag, such as ["shop/production/new-checkout"]',
  );
}

/** A request to change a flag for all users. `name`: the flag's name for sentences. `variation`: `on` or `off`. */
type Toggle = { place: Place; name: string; variation: string };

/**
 * The subject of a request to change a flag for all users, and the names for sentences. All requests for the same flag share
 * a lease: the last request to end restores the flag. Refuses an escalate unless the function's own list has the flag.
 */
export function forAllUsers(
  { type }: Pick<SymRequest, "type">,
  { place, name, variation }: Toggle,
  rules: ToggleRules,
  alternative?: string,
): Pick<Access, "subject" | "names"> {
  if (type === "escalate") checkToggle(place, rules, alternative);
  const resource = `${name} (${variation} for all users)`;
  return { subject: everybody, names: { subject: "all users", resource } };
}

/**
 * Refuses to change a flag for all users unless the function's own list has the flag. `alternative` completes the
 * sentence: add it to TOGGLE_ALLOWED, `or …`.
 */
export function checkToggle(place: Place, { allowed, keepsLeases }: ToggleRules, alternative = ""): void {
  const toggle = toggleOf(place);
  if (!allowed.includes(toggle)) throw notAllowed(toggle, alternative);
  if (!keepsLeases)
    throw refused(
      `${toggle} cannot be switched for all users without leases, which record the earlier state; give the function a table of leases (LEASES_TABLE)`,
    );
}

/** Refuses to change a flag that has left the function's list, except back to the standing state. */
export function checkSwitch(place: Place, { state, afterwards }: Change, { allowed }: ToggleRules): void {
  const toggle = toggleOf(place);
  if (state !== afterwards && !allowed.includes(toggle)) throw notAllowed(toggle);
}

function notAllowed(toggle: string, alternative = "") {
  return refused(`${toggle} may not be switched for all users; add it to TOGGLE_ALLOWED${alternative}`);
}

/** The flag's name in the list `TOGGLE_ALLOWED`. */
function toggleOf({ project, environment, flag }: Place): string {
  return `${project}/${environment}/${flag}`;
}
