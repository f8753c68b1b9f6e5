import { createLeasedHandler } from "@sym/leases";
import { iamGroup } from "./iam-group.ts";
import { readUserNameRule } from "./resolve.ts";

export const handler = createLeasedHandler("iam-group", () => iamGroup(readUserNameRule(process.env)));
