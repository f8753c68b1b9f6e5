import { commonScenes, throttled } from "@sym/infra-tests/least-privilege/common-scenes";
import { known } from "@sym/infra-tests/least-privilege/known";
import {
  requestedBy,
  requestsFor,
  robin,
  type Scene,
  type Story,
} from "@sym/infra-tests/least-privilege/story";
import type { Sandbox } from "@sym/stand-ins/sandbox";

const org = "acme";
const target = { org, team_slug: "platform" };
const platform = requestsFor(target);
const asMaintainer = requestsFor({ ...target, role: "maintainer" });
const inviting = requestsFor({ ...target, invite: "true" });
const standing = ({ github }: Sandbox) => github.setTeamMember(org, "platform", "robin-r");
const byMap = { IDENTITY_RULE: "map", IDENTITY_MAP: JSON.stringify({ [robin]: "nat-n" }) };

/**
 * GitHub's permission by operation id. https://docs.github.com/rest/authentication/permissions-required-for-github-apps;
 * the permission of GraphQL is from memory.
 */
const permissions: Record<string, string> = {
  "apps/get-org-installation": "none: the App signs it",
  "apps/create-installation-access-token": "none: the App signs it, and asks for Members: write",
  "users/get-authenticated": "none",
  "users/get-by-id": "none",
  "users/get-by-username": "none",
  graphql: "Members: read",
  "orgs/get-membership-for-user": "Members: read",
  "orgs/list-pending-invitations": "Members: read",
  "orgs/list-invitation-teams": "Members: read",
  "orgs/cancel-invitation": "Members: write",
  "teams/get-by-name": "Members: read",
  "teams/get-membership-for-user-in-org": "Members: read",
  "teams/add-or-update-membership-for-user-in-org": "Members: write",
  "teams/remove-membership-for-user-in-org": "Members: write",
  "teams/list-linked-external-groups": "Members: read; without it, a refusal is explained less well",
  "teams/list-idp-groups": "Members: read; without it, a refusal is explained less well",
};

/** The App's own permissions, which GitHub enforces: an App with fewer permissions than requested gets no token. */
function fewerPermissions(): Scene[] {
  return [{ members: "read" as const }, {}].map((permissions) => ({
    name: `GitHub team: an App with ${JSON.stringify(permissions)} gets no token`,
    async play({ sandbox: { github }, refused }) {
      github.uninstallApp(github.env.GITHUB_APP_ID);
      github.installApp(org, github.env.GITHUB_APP_ID, permissions);
      await refused(platform.first.escalate, /may not change teams of the organisation acme/);
    },
  }));
}

const secretDenied = /^This function is not allowed to call secretsmanager:GetSecretValue/;

export const story: Story = {
  handler: "github-team",
  variable: ({ github: { env } }) => ({
    app_id: env.GITHUB_APP_ID,
    secret_name: env.GITHUB_PRIVATE_KEY_SECRET,
  }),
  target,
  servers: ({ github: { env } }) => ({ GITHUB_API_URL: env.GITHUB_API_URL }),
  environment: ({ github: { env } }) => ({
    GITHUB_APP_ID: env.GITHUB_APP_ID,
    GITHUB_PRIVATE_KEY_SECRET: env.GITHUB_PRIVATE_KEY_SECRET,
  }),
  seed({ github, secretsManager }) {
    github.createOrganization(org);
    for (const login of ["olga-o", "robin-r", "nat-n"]) github.createUser(login);
    github.setMember(org, "olga-o", "admin");
    github.setMember(org, "robin-r");
    github.enableSaml(org);
    github.addIdentity(org, robin, "robin-r");
    github.createTeam(org, "Platform");
    github.createTeam(org, "Other");
    secretsManager.putSecret(github.env.GITHUB_PRIVATE_KEY_SECRET, github.createApp(org).privateKey);
    secretsManager.putSecret("somebody/else", "text");
  },
  holds: ({ github }) => github.members(org, "platform"),
  scenes: [
    ...commonScenes("GitHub team", platform, standing),
    throttled("GitHub team", platform, ["GetSecretValue", "teams/get-by-name"]),
    {
      name: "GitHub team as maintainer: a member's role is raised, and lowered again",
      async play({ sandbox, act }) {
        standing(sandbox);
        await act(asMaintainer.first.escalate, "granted");
        await act(asMaintainer.first.deescalate, "lowered");
      },
    },
    {
      name: "GitHub team: a token that was revoked, and a key that was renewed, are fetched anew",
      async play({ sandbox: { github, secretsManager }, act }) {
        await act(platform.first.escalate, "granted");
        const key = github.rotateKey(github.env.GITHUB_APP_ID);
        github.expireTokens();
        secretsManager.putSecret(github.env.GITHUB_PRIVATE_KEY_SECRET, key);
        await act(platform.first.deescalate, "revoked");
      },
    },
    {
      name: "GitHub team: an outsider is invited, and the invitation is taken back",
      async play({ sandbox, restart }) {
        const { act } = restart(byMap);
        await act(inviting.first.escalate, "pending");
        await act(inviting.first.deescalate, "revoked");
        if (sandbox.github.invitations(org).length > 0) throw new Error("the invitation is still there");
      },
    },
    {
      name: "GitHub team: nobody the identity provider knows is refused",
      play: ({ refused }) =>
        refused(requestedBy(platform.first.escalate, "nobody@example.com"), /has no SAML identity/),
    },
    {
      name: "GitHub team: a team that does not exist is refused",
      play: ({ refused }) =>
        refused(
          requestsFor({ org, team_slug: "missing" }).first.escalate,
          /^GitHub team acme\/missing does not exist/,
        ),
    },
    {
      name: "GitHub team: one that follows the identity provider is explained",
      async play({ sandbox, refused }) {
        sandbox.github.synchronizeTeam(org, "platform", "Engineers");
        await refused(
          platform.first.escalate,
          /is synchronised with the group Engineers of the identity provider/,
        );
      },
    },
  ],
  neighbours: [
    {
      name: "another secret",
      async play({ restart }) {
        const { refused } = restart({ GITHUB_PRIVATE_KEY_SECRET: "somebody/else" });
        await refused(platform.first.escalate, secretDenied);
      },
    },
  ],
  refusedElsewhere: fewerPermissions(),
  outsideAws: {
    title: "GitHub",
    rowsOf: (calls) =>
      calls
        .filter(({ service }) => service === "github")
        .map(({ route, action }) => ({ call: `\`${route}\``, permission: known(permissions, action) })),
  },
};
