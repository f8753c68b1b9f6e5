import type { Place } from "@sym/stand-ins/appconfig";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { Holdings } from "@sym/stand-ins/target-system";
import { withField } from "@sym/test-payloads/payload-fields";
import { testPayload } from "@sym/test-payloads/payloads";
import { system } from "./system.ts";

const maintenance = {
  project: "shop123",
  environment: "prod123",
  configuration_profile: "flag123",
  deployment_strategy: "now0000",
  flag: "maintenance",
};
const place: Place = { application: "shop123", environment: "prod123", profile: "flag123" };
const switched = "AppConfig flag maintenance in shop123/prod123";

export const environment = { TOGGLE_ALLOWED: '["shop123/prod123/maintenance"]' };
export const functionArn: string = testPayload("escalate.json").fields.target.settings.arn;

/** The events of Robin's and Sam's requests to turn on maintenance for the whole shop. */
export const switchOn = ofFlag("escalate.json", maintenance);
export const switchBack = ofFlag("deescalate.json", maintenance);
export const samSwitchOn = ofFlag("second-user-escalate.json", maintenance);
export const samSwitchBack = ofFlag("second-user-deescalate.json", maintenance);
/** `TOGGLE_ALLOWED` does not list this flag. */
export const switchSearch = ofFlag("escalate.json", { ...maintenance, flag: "search", variation: "off" });
export const switchSlowly = ofFlag("escalate.json", {
  ...maintenance,
  deployment_strategy: "AppConfig.Canary10Percent20Minutes",
});

function ofFlag(file: string, settings: Record<string, string>): unknown {
  const payload = withField(testPayload(file), ["fields", "target", "settings"], {
    arn: functionArn,
    ...settings,
  });
  return withField(payload, ["fields", "target", "label"], settings["flag"]);
}

export const off: Holdings = { [switched]: "off; retry 30" };
export const on: Holdings = { [switched]: "on; retry 30" };
export const edited: Holdings = { [switched]: "off; retry 60" };

export function flagsAreThere({ appConfig }: Sandbox): void {
  appConfig.createStrategy("now0000", { duration: 0, bake: 0 });
  appConfig.createFlags(place, { maintenance: { enabled: false, retry: 30 }, search: { enabled: true } });
}

export function describeFlag(sandbox: Sandbox): Holdings {
  return system.describe(sandbox, { payload: switchOn, environment });
}

export function maintenanceIsOn({ appConfig }: Sandbox): void {
  appConfig.deploy(place, ({ values }) => Object.assign(values["maintenance"] ?? {}, { enabled: true }));
  appConfig.finish(place);
}

export function anAdministratorEditsMaintenance({ appConfig }: Sandbox): void {
  appConfig.deploy(place, ({ values }) => Object.assign(values["maintenance"] ?? {}, { retry: 60 }));
  appConfig.finish(place);
}

export function anotherTeamDeploysSlowly({ appConfig }: Sandbox): void {
  const slow = "AppConfig.Canary10Percent20Minutes";
  appConfig.deploy(place, ({ values }) => Object.assign(values["search"] ?? {}, { enabled: false }), slow);
}

export function anAlarmGoesOff({ appConfig }: Sandbox): void {
  appConfig.undoNext(place);
}

export function deploymentIsComplete({ appConfig }: Sandbox): void {
  appConfig.finish(place);
}
