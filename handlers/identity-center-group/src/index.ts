import { createHandler } from "@sym/lambda-core";
import { accessFromEnvironment } from "@sym/leases";
import { identityCenterGroup } from "./identity-center-group.ts";
import { readEnvironment } from "./settings.ts";

const name = "identity-center-group";

export const handler = createHandler(name, () =>
  accessFromEnvironment(name, identityCenterGroup(readEnvironment(process.env)), process.env),
);
