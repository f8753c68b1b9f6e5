import type { Sandbox } from "@sym/stand-ins/sandbox";
import { commonScenes, throttled } from "./common-scenes.ts";
import { requestedBy, requestsFor, robin, type Scene, type Story } from "./stage.ts";

const org = "acme";
const platform = requestsFor({ org, team_slug: "platform" });
const asMaintainer = requestsFor({ org, team_slug: "platform", role: "maintainer" });
const inviting = requestsFor({ org, team_slug: "platform", invite: "true" });
const standing = ({ github }: Sandbox) => github.setTeamMember(org, "platform", "robin-r");
const byMap = { IDENTITY_RULE: "map", IDENTITY_MAP: JSON.stringify({ [robin]: "nat-n" }) };

const secretDenied = /^This function is not allowed to call secretsmanager:GetSecretValue/;

export const gitHubTeam: Story = {
  handler: "github-team",
  environment: ({ github }) => github.env,
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
  scenes: [
    ...commonScenes("GitHub team", platform, standing),
    throttled("GitHub team", platform, ["GetSecretValue", "teams/get-by-name"]),
    {
      name: "GitHub team as maintainer: a member's role is raised, and lowered again",
      async play({ sandbox, act }) {
        standing(sandbox);
        await act(asMaintainer.first.escalate, "granted");
        await act(asMaintainer.first.deescalate, "revoked");
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
        refused(requestedBy(platform.first.escalate, "nobody@example.com"), /knows no SAML identity/),
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
        await refused(platform.first.escalate, /follows the group Engineers of the identity provider/);
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
};

/** The App's own permissions, which GitHub enforces: with fewer than the handler asks for, it gets no token. */
export const fewerPermissions: Scene[] = [{ members: "read" as const }, {}].map((permissions) => ({
  name: `an App with ${JSON.stringify(permissions)}`,
  async play({ sandbox: { github, secretsManager }, refused }) {
    github.uninstallApp(github.env.GITHUB_APP_ID);
    github.installApp(org, github.env.GITHUB_APP_ID, permissions);
    secretsManager.putSecret("somebody/else", "text");
    await refused(platform.first.escalate, /may not change teams of the organisation acme/);
  },
}));
