import type { Octokit } from "@octokit/rest";
import type { Forecast } from "@sym/lambda-core";
import type { TeamReading } from "./github-look.ts";
import { followedGroup, followsProvider } from "./identity-provider.ts";
import type { TeamAccess } from "./team-access.ts";

/** The step that an invited person still has to take. */
export function pendingStep({ org }: TeamAccess, sent: "sends" | "has sent"): string {
  return `accept the invitation to the organisation ${org} that GitHub ${sent}`;
}

/** The effects of a grant of a role, without the change. Throws if the team is synchronised with a group of the identity provider. */
export async function forecast(
  octokit: Octokit,
  { access, isOutside, isInChild }: TeamReading,
): Promise<Forecast> {
  const { org, outsider, names } = access;
  const group = await followedGroup(octokit, access);
  if (group !== undefined) throw followsProvider(names.resource, group);
  if (isOutside)
    return {
      pending: pendingStep(access, "sends"),
      ...(outsider && {
        residualAccess: `A person who accepts the invitation stays in the organisation ${org} after the end.`,
      }),
    };
  if (!isInChild) return {};
  const left = "stays in the team after the end as a member of one of its child teams";
  return { residualAccess: `${names.subject} ${left}.` };
}
