import type { SandboxSystem } from "@sym/conformance";

const [read, add, remove] = ["get", "add-or-update", "remove"].map(
  (verb) => `teams/${verb}-membership-for-user-in-org`,
) as [string, string, string];

/** How the conformance suite sets up and reads GitHub: people are in the organisation, by SAML. */
export const system: SandboxSystem = {
  handler: "github-team",
  settings: { org: "acme", team_slug: "platform" },
  begin: ({ github, secretsManager }) => {
    github.createOrganization("acme");
    github.enableSaml("acme");
    github.createTeam("acme", "Platform");
    secretsManager.putSecret(github.env.GITHUB_PRIVATE_KEY_SECRET, github.createApp("acme").privateKey);
  },
  addPerson: ({ github }, email) => {
    github.createUser(loginOf(email));
    github.setMember("acme", loginOf(email));
    github.addIdentity("acme", email, loginOf(email));
  },
  give: ({ github }, email) => github.setTeamMember("acme", "platform", loginOf(email)),
  has: ({ github }, email, { team_slug = "" }) => loginOf(email) in github.members("acme", team_slug),
  rename({ github }) {
    github.renameTeam("acme", "platform", "Infrastructure");
    return { team_slug: "infrastructure" };
  },
  roles: {
    stronger: { role: "maintainer" },
    hasStronger: ({ github }, email) => github.members("acme", "platform")[loginOf(email)] === "maintainer",
    lower: ({ github }, email) => github.setTeamMember("acme", "platform", loginOf(email), "member"),
  },
  pending: {
    settings: { invite: "true" },
    addPerson: ({ github }, email) => {
      github.createUser(loginOf(email));
      github.addIdentity("acme", email, loginOf(email));
    },
  },
  makeAmbiguous: ({ github }, email) => {
    github.createUser("robin-namesake");
    github.addIdentity("acme", email, "robin-namesake");
  },
  calls: { look: [read], grant: add, restore: remove },
  unknownResource: { team_slug: "no-such-team" },
};

function loginOf(email: string): string {
  return email.replace(/@.*/, "").replace(/[^A-Za-z0-9]/g, "-");
}
