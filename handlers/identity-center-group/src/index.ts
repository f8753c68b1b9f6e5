import { createLeasedHandler } from "@sym/leases";
import { identityCenterGroup } from "./identity-center-group.ts";
import { readEnvironment } from "./settings.ts";

export const handler = createLeasedHandler("identity-center-group", () =>
  identityCenterGroup(readEnvironment(process.env)),
);
