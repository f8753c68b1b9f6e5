import { createLeasedHandler } from "@sym/leases";
import { launchDarklyFlag } from "./launchdarkly-flag.ts";
import { readEnvironment } from "./settings.ts";

export const handler = createLeasedHandler("launchdarkly-flag", () =>
  launchDarklyFlag(readEnvironment(process.env)),
);
