import type { Place } from "@sym/stand-ins/appconfig";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { Holdings } from "@sym/stand-ins/target-system";
import { withField } from "@sym/test-payloads/payload-fields";
import { testPayload } from "@sym/test-payloads/payloads";
import { system } from "./system.ts";

const checkout = {
  provider: "launchdarkly",
  project: "shop",
  environment: "production",
  flag: "new-checkout",
  variation: "beta",
};
const maintenance = {
  provider: "appconfig",
  mode: "toggle",
  project: "shop123",
  environment: "prod123",
  configuration_profile: "flag123",
  deployment_strategy: "now0000",
  flag: "maintenance",
};
const place: Place = { application: "shop123", environment: "prod123", profile: "flag123" };
const robin = "robin.requester@example.com";
const sam = "sam.second@example.com";
const beta = "LaunchDarkly flag new-checkout in shop/production";
const switched = "AppConfig flag maintenance in shop123/prod123";

export const environment = { TOGGLE_ALLOWED: '["shop123/prod123/maintenance"]' };
export const functionArn: string = testPayload("escalate.json").fields.target.settings.arn;

/** The events of Robin's request for the variation beta, of another one of Robin's, and of Sam's. */
export const escalate = ofFlag("escalate.json", checkout);
export const deescalate = ofFlag("deescalate.json", checkout);
export const overlapEscalate = ofFlag("overlap-escalate.json", checkout);
export const overlapDeescalate = ofFlag("overlap-deescalate.json", checkout);
export const samEscalate = ofFlag("second-user-escalate.json", checkout);
export const samDeescalate = ofFlag("second-user-deescalate.json", checkout);
export const otherVariation = ofFlag("overlap-escalate.json", { ...checkout, variation: "classic" });
/** Robin asks to switch the whole shop to maintenance. */
export const switchOn = ofFlag("escalate.json", maintenance);
export const switchBack = ofFlag("deescalate.json", maintenance);
/** Nobody has put this flag on the list of those that may be switched. */
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
export const maintenanceOff: Holdings = { [switched]: "off; retry 30" };
export const maintenanceOn: Holdings = { [switched]: "on; retry 30" };
export const maintenanceEdited: Holdings = { [switched]: "on; retry 60" };

export function flagsAreThere({ launchDarkly, appConfig }: Sandbox): void {
  launchDarkly.createFlag("shop", "new-checkout", { variations: ["beta", "classic"] });
  appConfig.createStrategy("now0000", { duration: 0, bake: 0 });
  appConfig.createFlags(place, { maintenance: { enabled: false, retry: 30 }, search: { enabled: true } });
}

export function describeFlags(sandbox: Sandbox): Holdings {
  const of = (payload: unknown) => system.describe(sandbox, { payload, environment });
  return { ...of(escalate), ...of(switchOn) };
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

export function somebodyEditsMaintenance({ appConfig }: Sandbox): void {
  appConfig.deploy(place, ({ values }) => Object.assign(values["maintenance"] ?? {}, { retry: 60 }));
  appConfig.finish(place);
}

export function somebodyDeploysSlowly({ appConfig }: Sandbox): void {
  const slow = "AppConfig.Canary10Percent20Minutes";
  appConfig.deploy(place, ({ values }) => Object.assign(values["search"] ?? {}, { enabled: false }), slow);
}

export function deploymentIsComplete({ appConfig }: Sandbox): void {
  appConfig.finish(place);
}
