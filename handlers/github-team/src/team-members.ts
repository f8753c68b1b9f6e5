import type { Octokit } from "@octokit/rest";
import type { TeamMembers } from "./github-answers.ts";
import { toSymErrorOfGraphQl } from "./github-failures.ts";
import { contradiction, hidden, idsOf, type TeamAccess } from "./team-access.ts";

/** The source of a membership. REST lists members of child teams as members of the team; only GraphQL distinguishes both. */
export type MemberOf = "team" | "child team" | undefined;

const page = "{ nodes { databaseId } pageInfo { hasNextPage endCursor } }";
const membersQuery = `query ($team: ID!, $search: String, $direct: String, $child: String) {
  node(id: $team) {
    ... on Team {
      direct: members(first: 100, membership: IMMEDIATE, query: $search, after: $direct) ${page}
      child: members(first: 100, membership: CHILD_TEAM, query: $search, after: $child) ${page}
    }
  }
}`;

/**
 * Whether an account is in the team itself, or only in a child team of the team; undefined for an account in neither. `search` is
 * the text to look for in logins and names; null reads the whole team. Every page is read, since others can match the same text.
 */
export async function memberOf(
  octokit: Octokit,
  access: TeamAccess,
  search: string | null = access.login,
): Promise<MemberOf> {
  const { userId } = idsOf(access);
  const isThem = ({ databaseId }: { databaseId: number }) => databaseId === userId;
  let cursors: { direct: string | null; child: string | null } = { direct: null, child: null };
  let isInChild = false;
  for (;;) {
    const { direct, child } = await readPage(octokit, access, { search, ...cursors });
    if (direct.nodes.some(isThem)) return "team";
    isInChild ||= child.nodes.some(isThem);
    if (!direct.pageInfo.hasNextPage && (isInChild || !child.pageInfo.hasNextPage))
      return isInChild ? "child team" : undefined;
    cursors = {
      direct: direct.pageInfo.endCursor ?? cursors.direct,
      child: child.pageInfo.endCursor ?? cursors.child,
    };
  }
}

/** As `memberOf`, for an account that REST shows as a member. A search without the account proves nothing. */
export async function memberOfShown(
  octokit: Octokit,
  access: TeamAccess,
  searched: MemberOf,
): Promise<MemberOf> {
  const found = searched ?? (await memberOf(octokit, access, null));
  if (found) return found;
  const { subject, resource } = access.names;
  throw contradiction(
    `${subject} is a member of ${resource}, but neither of the team itself nor of its child teams`,
  );
}

async function readPage(
  octokit: Octokit,
  access: TeamAccess,
  variables: { search: string | null; direct: string | null; child: string | null },
) {
  const { org, slug, teamNodeId: team } = access;
  const { node } = await octokit
    .graphql<TeamMembers>(membersQuery, { team, ...variables })
    .catch((error: unknown) => {
      throw toSymErrorOfGraphQl(
        error,
        `GitHub does not show this function the direct members of the team ${org}/${slug}; give the App or the token the permission Members`,
      );
    });
  if (!node?.direct) throw hidden(access);
  return node;
}
