import type { SymTargets } from "@sym/infra-tests/sym-targets";

export const symTargets: SymTargets = {
  variables: {
    github_team_targets: {
      platform: { org: "acme", team_slug: "platform", role: "maintainer", invite: true },
    },
  },
  targets: {
    "github-team-platform": { org: "acme", team_slug: "platform", role: "maintainer", invite: "true" },
  },
  refusals: [
    [
      "a target without its organisation",
      { github_team_targets: { platform: { team_slug: "platform" } } },
      "github_team_targets has [null] as org; use the names of organisations.",
    ],
    [
      "a team's name instead of its slug",
      { github_team_targets: { platform: { org: "acme", team_slug: "The Platform" } } },
      'github_team_targets has ["The Platform"] as team_slug; use the names of teams as they are in the teams\' URLs.',
    ],
    [
      "a role that GitHub has not",
      { github_team_targets: { platform: { org: "acme", team_slug: "platform", role: "admin" } } },
      'github_team_targets has ["admin"] as role; use member or maintainer.',
    ],
  ],
};
