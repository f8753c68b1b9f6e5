import { createHandler } from "@sym/lambda-core";
import { accessFromEnvironment } from "@sym/leases";
import { gitHubTeam } from "./github-team.ts";
import { readEnvironment } from "./settings.ts";

export const handler = createHandler("github-team", () =>
  accessFromEnvironment("github-team", gitHubTeam(readEnvironment(process.env)), process.env),
);
