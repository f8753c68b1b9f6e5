import { createHandler, directAccess } from "@sym/lambda-core";
import { iamGroup } from "./iam-group.ts";
import { readEnvironment } from "./settings.ts";

export const handler = createHandler("iam-group", () => directAccess(iamGroup(readEnvironment(process.env))));
