import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { Holdings } from "@sym/stand-ins/target-system";
import { withField } from "@sym/test-payloads/payload-fields";
import { testPayload } from "@sym/test-payloads/payloads";
import { system } from "./system.ts";

const checkout = {
  project: "shop",
  environment: "production",
  flag: "new-checkout",
  variation: "beta",
};
const search = {
  project: "shop",
  environment: "production",
  flag: "search",
  mode: "toggle",
  variation: "off",
};
const robin = "robin.requester@example.com";
const sam = "sam.second@example.com";
const beta = "LaunchDarkly flag new-checkout in shop/production";
const switched = "LaunchDarkly flag search in shop/production";

export const environment = { TOGGLE_ALLOWED: '["shop/production/search"]' };
export const functionArn: string = testPayload("escalate.json").fields.target.settings.arn;

/** The events of Robin's request for the variation beta, of Robin's second request, and of Sam's request. */
export const escalate = ofFlag("escalate.json", checkout);
export const deescalate = ofFlag("deescalate.json", checkout);
export const overlapEscalate = ofFlag("overlap-escalate.json", checkout);
export const overlapDeescalate = ofFlag("overlap-deescalate.json", checkout);
export const samEscalate = ofFlag("second-user-escalate.json", checkout);
export const samDeescalate = ofFlag("second-user-deescalate.json", checkout);
export const otherVariation = ofFlag("overlap-escalate.json", { ...checkout, variation: "classic" });
/** Robin requests to turn the search off for all users. */
export const switchOff = ofFlag("escalate.json", search);
export const switchBack = ofFlag("deescalate.json", search);
/** `TOGGLE_ALLOWED` does not list this flag. */
export const switchCheckout = ofFlag("escalate.json", { ...checkout, mode: "toggle", variation: "off" });

function ofFlag(file: string, settings: Record<string, string>): unknown {
  const all = { arn: testPayload("escalate.json").fields.target.settings.arn, ...settings };
  const payload = withField(testPayload(file), ["fields", "target", "settings"], all);
  return withField(payload, ["fields", "target", "label"], settings["flag"]);
}

export const nobody: Holdings = { [beta]: "targeting on" };
export const robinHasBeta: Holdings = { [beta]: `targeting on; beta for ${robin}` };
export const bothHaveBeta: Holdings = { [beta]: `targeting on; beta for ${robin}, ${sam}` };
export const samHasBeta: Holdings = { [beta]: `targeting on; beta for ${sam}` };
export const robinHasClassic: Holdings = { [beta]: `targeting on; classic for ${robin}` };
export const targetingOff: Holdings = { [beta]: "targeting off" };
export const searchIsOn: Holdings = { [switched]: "targeting on" };
export const searchIsOff: Holdings = { [switched]: "targeting off" };

export function flagsAreThere({ launchDarkly }: Sandbox): void {
  launchDarkly.createFlag("shop", "new-checkout", { variations: ["beta", "classic"] });
  launchDarkly.createFlag("shop", "search");
}

export function describeFlags(sandbox: Sandbox): Holdings {
  const of = (payload: unknown) => system.describe(sandbox, { payload, environment });
  return { ...of(escalate), ...of(switchOff) };
}

export function robinSeesClassic({ launchDarkly }: Sandbox): void {
  launchDarkly.target("shop", "new-checkout", "production", robin, "classic");
}

export function robinSeesBeta({ launchDarkly }: Sandbox): void {
  launchDarkly.target("shop", "new-checkout", "production", robin, "beta");
}

export function targetingIsOff({ launchDarkly }: Sandbox): void {
  launchDarkly.edit("shop", "new-checkout", "production", (production) => {
    production.on = false;
  });
}

export function approvalsAreRequired({ launchDarkly }: Sandbox): void {
  launchDarkly.requireApproval("shop", "production");
}

export function targetsExpire({ launchDarkly, faults }: Sandbox): void {
  faults.clear();
  const [first] = launchDarkly.expiring("shop", "new-checkout", "production");
  launchDarkly.expireTargets(first?.expirationDate ?? 0);
}

export function racesAreLost({ launchDarkly }: Sandbox): void {
  launchDarkly.loseRaces(2);
}
