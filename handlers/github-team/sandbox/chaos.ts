import { type ChaosTarget, everyPair } from "@sym/chaos/target";

const teams = ["readers", "writers", "admins", "auditors"];

export const target: ChaosTarget = {
  handler: "github-team",
  environment: {},
  pairs: everyPair(12, teams),
  begin({ github, secretsManager }, pairs) {
    github.createOrganization("acme");
    github.enableSaml("acme");
    for (const team of teams) github.createTeam("acme", team);
    for (const person of new Set(pairs.map((pair) => pair.person))) {
      github.createUser(loginOf(person));
      github.setMember("acme", loginOf(person));
      github.addIdentity("acme", person, loginOf(person));
    }
    for (const { person, thing, standing } of pairs)
      if (standing) github.setTeamMember("acme", thing, loginOf(person));
    secretsManager.putSecret(github.env.GITHUB_PRIVATE_KEY_SECRET, github.createApp("acme").privateKey);
  },
  settings: ({ thing }) => ({ org: "acme", team_slug: thing }),
  holds: ({ github }, { person, thing }) => loginOf(person) in github.members("acme", thing),
  removals: ({ github, calls }, { person, thing }) =>
    calls.filter(
      ({ action, parameters }) =>
        action === "teams/remove-membership-for-user-in-org" &&
        parameters["username"] === loginOf(person) &&
        parameters["team_id"] === String(github.teamId("acme", thing)),
    ).length,
  faults: {
    actions: [
      "GetSecretValue",
      "apps/create-installation-access-token",
      "graphql",
      "users/get-by-id",
      "orgs/get-membership-for-user",
      "teams/get-by-name",
      "teams/get-membership-for-user-in-org",
      "teams/add-or-update-membership-for-user-in-org",
      "teams/remove-membership-for-user-in-org",
    ],
    kinds: ["throttle", "internal-error", "answer-lost", "answer-lost", "reset", "access-denied"],
  },
};

function loginOf(person: string): string {
  return person.replace(/@.*/, "");
}
