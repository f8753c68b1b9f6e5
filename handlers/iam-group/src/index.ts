import { createHandler } from "@sym/lambda-core";
import { accessFromEnvironment } from "@sym/leases";
import { iamGroup } from "./iam-group.ts";
import { readEnvironment } from "./settings.ts";

export const handler = createHandler("iam-group", () =>
  accessFromEnvironment("iam-group", iamGroup(readEnvironment(process.env)), process.env),
);
