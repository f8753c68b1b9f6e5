import type { ConsoleTarget, Thing } from "@sym/console/target";
import type { Sandbox } from "@sym/stand-ins/sandbox";

const org = "acme";
const teamOf = ({ settings }: Thing) => settings["team_slug"] ?? "";
const roleOf = ({ settings }: Thing) => (settings["role"] === "maintainer" ? "maintainer" : "member");

export const consoleTarget: ConsoleTarget = {
  handler: "github-team",
  system: "GitHub",
  environment: {},
  things: [
    {
      target: "payments-team",
      label: "Payments team",
      settings: { org, team_slug: "payments", role: "member" },
      isForAll: false,
    },
    {
      target: "release-maintainers",
      label: "Release team, as maintainer",
      settings: { org, team_slug: "release", role: "maintainer" },
      isForAll: false,
    },
  ],
  begin({ github, secretsManager }, people) {
    github.createOrganization(org);
    github.enableSaml(org);
    for (const thing of consoleTarget.things) github.createTeam(org, teamOf(thing));
    for (const person of people) {
      github.createUser(loginOf(person));
      github.setMember(org, loginOf(person));
      github.addIdentity(org, person, loginOf(person));
    }
    secretsManager.putSecret(github.env.GITHUB_PRIVATE_KEY_SECRET, github.createApp(org).privateKey);
  },
  stateOf: placeOf,
  holds,
  set(sandbox, person, thing, isHolder) {
    const { github } = sandbox;
    if (!isHolder) github.removeTeamMember(org, teamOf(thing), loginOf(person));
    else if (!holds(sandbox, person, thing))
      github.setTeamMember(org, teamOf(thing), loginOf(person), roleOf(thing));
  },
  changes: ["teams/add-or-update-membership-for-user-in-org", "teams/remove-membership-for-user-in-org"],
};

/** A maintainer of a team is also a member. */
function holds(sandbox: Sandbox, person: string, thing: Thing): boolean {
  return ["maintainer", roleOf(thing)].includes(placeOf(sandbox, person, thing));
}

function placeOf({ github }: Sandbox, person: string, thing: Thing): string {
  return github.members(org, teamOf(thing))[loginOf(person)] ?? "no member";
}

function loginOf(person: string): string {
  return person.replace(/@.*/, "").replace(/[^A-Za-z0-9]/g, "-");
}
