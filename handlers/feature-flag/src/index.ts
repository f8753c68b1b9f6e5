import { createHandler } from "@sym/lambda-core";
import { accessFromEnvironment } from "@sym/leases";
import { featureFlag } from "./feature-flag.ts";
import { readEnvironment } from "./settings.ts";

export const handler = createHandler("feature-flag", () =>
  accessFromEnvironment("feature-flag", featureFlag(readEnvironment(process.env)), process.env),
);
