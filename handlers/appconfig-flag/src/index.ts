import { readToggleRules } from "@sym/flags";
import { createLeasedHandler } from "@sym/leases";
import { appConfigFlag } from "./appconfig-flag.ts";

export const handler = createLeasedHandler("appconfig-flag", () =>
  appConfigFlag(readToggleRules(process.env)),
);
