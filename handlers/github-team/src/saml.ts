import type { Octokit } from "@octokit/rest";
import { type Invocation, refused } from "@sym/lambda-core";
import type { SamlIdentities } from "./github-answers.ts";
import { toSymErrorOfGraphQl } from "./github-failures.ts";

/** The account of a SAML identity. The login can change, the id cannot. */
type GitHubAccount = { databaseId: number; login: string };

const samlQuery = `query ($org: String!, $userName: String!) {
  organization(login: $org) {
    samlIdentityProvider {
      externalIdentities(first: 100, userName: $userName) {
        nodes { user { databaseId login } }
        pageInfo { hasNextPage }
      }
    }
  }
}`;

/**
 * The account linked to the SAML identity of a user name. Every invocation looks the account up again: an identity can be
 * linked to another account at any time.
 */
export async function accountOfIdentity(
  octokit: Octokit,
  org: string,
  userName: string,
  { log }: Invocation,
): Promise<GitHubAccount> {
  const answer = await octokit
    .graphql<SamlIdentities>(samlQuery, { org, userName })
    .catch((error: unknown) => {
      throw toSymErrorOfGraphQl(
        error,
        `GitHub does not show this function the SAML identities of ${org}; give the App or the token the permission Members, or use IDENTITY_RULE=map`,
      );
    });
  const provider = answer.organization.samlIdentityProvider;
  if (!provider)
    throw refused(
      `${org} has no SAML identity provider that this function can see; use IDENTITY_RULE=map or suffix`,
    );
  const { nodes, pageInfo } = provider.externalIdentities;
  // An identity without a linked account, for example left from an earlier identity provider, stands for no account.
  const linked = new Map(nodes.flatMap(({ user }) => (user ? [[user.databaseId, user] as const] : [])));
  const [account] = linked.values();
  if (linked.size > 1 || pageInfo.hasNextPage) {
    log("ambiguous-identity", { candidates: [...linked.keys()].join(" ") });
    throw refused(
      `${userName} is the SAML identity of several GitHub accounts in ${org}; unlink all but the correct account`,
    );
  }
  if (account) return account;
  throw nodes.length > 0
    ? refused(
        `${userName} has not linked a GitHub account to ${org}; ask the person to sign in to the organisation once through single sign-on`,
      )
    : refused(
        `${org} has no SAML identity ${userName}; assign GitHub to the person in the identity provider`,
      );
}
