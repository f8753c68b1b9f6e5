// The group of an identity provider that decides who is in a team: GitHub then refuses every change of the members.
import type { Octokit } from "@octokit/rest";
import { refused, type SymError } from "@sym/lambda-core";

/**
 * The name of the group with which the team is synchronised, by external groups or by team synchronisation; undefined if GitHub shows this
 * function no group, as to some Apps.
 */
export async function followedGroup(
  octokit: Octokit,
  { org, slug }: { org: string; slug: string },
): Promise<string | undefined> {
  const lists = ["external-groups", "team-sync/group-mappings"].map((list) =>
    octokit.request(`GET /orgs/{org}/teams/{slug}/${list}`, { org, slug }).then(
      ({ data }) => data.groups,
      () => [], // A failed read of the list says nothing about the team.
    ),
  );
  const [group] = (await Promise.all(lists)).flat();
  return group?.group_name;
}

export function followsProvider(team: string, group: string, cause?: unknown): SymError {
  return refused(
    `${team} is synchronised with the group ${group} of the identity provider, so only the identity provider can change the team's members; grant that group instead`,
    { cause },
  );
}
