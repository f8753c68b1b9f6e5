import { createLeasedHandler } from "@sym/leases";
import { readEnvironment } from "./settings.ts";
import { unleashFlag } from "./unleash-flag.ts";

export const handler = createLeasedHandler("unleash-flag", () => unleashFlag(readEnvironment(process.env)));
