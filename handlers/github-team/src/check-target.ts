import { type CheckedTarget, type Invocation, refused } from "@sym/lambda-core";
import type { GitHubFor } from "./github.ts";
import { followedGroup, followsProvider } from "./identity-provider.ts";
import { findTeam } from "./resolve.ts";
import { type GitHubSettings, readTarget } from "./settings.ts";
import { teamName } from "./team-access.ts";

/** The scopes of a classic token with which its owner may change teams. */
const enoughScopes = ["admin:org", "write:org"];

/** Looks at the team of a target. Throws if no request could get a place in the team. */
export async function checkTarget(
  settings: GitHubSettings,
  gitHubFor: GitHubFor,
  target: CheckedTarget,
  invocation: Invocation,
): Promise<string> {
  const { org, team_slug: slug } = readTarget({ target });
  const octokit = gitHubFor(org, invocation);
  const { headers } = await findTeam({ octokit, org, slug });
  const group = await followedGroup(octokit, { org, slug });
  const name = teamName(org, slug);
  if (group !== undefined) throw followsProvider(name, group);
  return `${name} exists, and GitHub shows no identity provider that manages the team; ${credentialsFor(settings, org, headers["x-oauth-scopes"])}`;
}

/** What GitHub tells of the credentials. `scopes`: GitHub names the scopes of a classic token only. */
function credentialsFor({ appId }: GitHubSettings, org: string, scopes: string | undefined): string {
  // The App's token is made with this permission, or not at all.
  if (appId !== undefined) return `GitHub App ${appId} has the permission Members (read and write) in ${org}`;
  if (scopes === undefined)
    return "GitHub accepts the token, and does not tell whether the token may change the team";
  if (!scopes.split(/,\s*/).some((scope) => enoughScopes.includes(scope)))
    throw refused(
      `GitHub accepts the token, whose scopes are ${scopes || "none"}, and which may change no team of ${org}; give the token the scope write:org`,
    );
  return `GitHub accepts the token, whose scopes are ${scopes}; its owner must own ${org}, or maintain the team`;
}
