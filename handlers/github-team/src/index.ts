import { createLeasedHandler } from "@sym/leases";
import { gitHubTeam } from "./github-team.ts";
import { readEnvironment } from "./settings.ts";

export const handler = createLeasedHandler("github-team", () => gitHubTeam(readEnvironment(process.env)));
