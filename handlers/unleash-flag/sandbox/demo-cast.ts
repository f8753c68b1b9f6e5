import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { Holdings } from "@sym/stand-ins/target-system";
import { withField } from "@sym/test-payloads/payload-fields";
import { testPayload } from "@sym/test-payloads/payloads";

const checkout = { project: "default", environment: "development", flag: "new-checkout" };
const search = { ...checkout, flag: "search", mode: "toggle" };
const robin = "robin.requester@example.com";
const sam = "sam.second@example.com";

export const environment = { TOGGLE_ALLOWED: '["default/development/search"]' };
export const functionArn: string = testPayload("escalate.json").fields.target.settings.arn;

/** The events of Robin's request for the flag, of Robin's second request, and of Sam's request. */
export const escalate = ofFlag("escalate.json", checkout);
export const deescalate = ofFlag("deescalate.json", checkout);
export const overlapEscalate = ofFlag("overlap-escalate.json", checkout);
export const overlapDeescalate = ofFlag("overlap-deescalate.json", checkout);
export const samEscalate = ofFlag("second-user-escalate.json", checkout);
export const samDeescalate = ofFlag("second-user-deescalate.json", checkout);
/** Robin requests to turn the search on for all users. */
export const switchOn = ofFlag("escalate.json", search);
export const switchBack = ofFlag("deescalate.json", search);
/** `TOGGLE_ALLOWED` does not list this flag. */
export const switchCheckout = ofFlag("escalate.json", { ...checkout, mode: "toggle" });

function ofFlag(file: string, settings: Record<string, string>): unknown {
  const payload = withField(testPayload(file), ["fields", "target", "settings"], {
    arn: functionArn,
    ...settings,
  });
  return withField(payload, ["fields", "target", "label"], settings["flag"]);
}

const seenBy = "Unleash flag new-checkout is on for";
const searchFor = "Unleash flag search is on for";
export const nobody: Holdings = { [seenBy]: "nobody" };
export const onlyRobin: Holdings = { [seenBy]: robin };
export const onlySam: Holdings = { [seenBy]: sam };
export const both: Holdings = { [seenBy]: `${robin}, ${sam}` };
export const searchForNobody: Holdings = { [searchFor]: "nobody" };
export const searchForBoth: Holdings = { [searchFor]: `${robin}, ${sam}` };

export async function flagsAreThere({ unleash }: Sandbox): Promise<void> {
  for (const flag of ["new-checkout", "search"]) await unleash.flags.create(flag);
}

/** Asks Unleash itself who of the two sees the flags. */
export async function describeFlags({ unleash }: Sandbox): Promise<Holdings> {
  const whoSees = async (flag: string) => {
    const seen: string[] = [];
    for (const person of [robin, sam]) if (await unleash.flags.isOn(flag, person)) seen.push(person);
    return seen.join(", ") || "nobody";
  };
  return { [seenBy]: await whoSees("new-checkout"), [searchFor]: await whoSees("search") };
}

export async function samSeesTheFlag({ unleash }: Sandbox): Promise<void> {
  await unleash.flags.addStrategy("new-checkout", [sam]);
  await unleash.flags.flip("new-checkout", "on");
}

export async function othersWaitBehindTheSwitch({ unleash }: Sandbox): Promise<void> {
  await unleash.flags.addStrategy("new-checkout", []);
}

export async function flagIsArchived({ unleash }: Sandbox): Promise<void> {
  await unleash.admin("DELETE", "/projects/default/features/new-checkout");
}

export function unleashIsBack({ faults }: Sandbox): void {
  faults.clear();
}
