import { createLeasedHandler } from "@sym/leases";
import { appConfigFlag } from "./appconfig-flag.ts";
import { readEnvironment } from "./settings.ts";

export const handler = createLeasedHandler("appconfig-flag", () =>
  appConfigFlag(readEnvironment(process.env)),
);
