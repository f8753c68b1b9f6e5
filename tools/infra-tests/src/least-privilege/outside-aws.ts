/** What calls of systems outside AWS need. Nothing here is enforced but GitHub's, by the stand-in: these are sentences. */

/**
 * GitHub's permission by operation id. https://docs.github.com/rest/authentication/permissions-required-for-github-apps;
 * that of GraphQL is from memory.
 */
const gitHub: Record<string, string> = {
  "apps/get-org-installation": "none: the App signs it",
  "apps/create-installation-access-token": "none: the App signs it, and asks for Members: write",
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

/** LaunchDarkly's action of a role by the kind of instruction. https://launchdarkly.com/docs/home/account/roles/role-actions */
const launchDarkly: Record<string, string> = {
  addTargets: "`updateTargets`",
  removeTargets: "`updateTargets`",
  addExpiringTarget: "`updateExpiringTargets`",
  updateExpiringTarget: "`updateExpiringTargets`",
  removeExpiringTarget: "`updateExpiringTargets`",
  turnFlagOn: "`updateOn`",
  turnFlagOff: "`updateOn`",
};

const feature = "/api/admin/projects/{project}/features/{flag}";
const environment = `${feature}/environments/{environment}`;

/** Unleash's permission by route, as its own routes name it in 8.2.0. */
const unleash: Record<string, string> = {
  [`GET ${feature}`]: "none: any token that sees the project",
  [`POST ${environment}/strategies`]: "`CREATE_FEATURE_STRATEGY`",
  [`DELETE ${environment}/strategies/{strategy}`]: "`DELETE_FEATURE_STRATEGY`",
  [`POST ${environment}/on`]: "`UPDATE_FEATURE_ENVIRONMENT`",
  [`POST ${environment}/off`]: "`UPDATE_FEATURE_ENVIRONMENT`",
};

/** Throws for a call of which nobody has written what it needs. */
export function gitHubPermission(operation: string): string {
  return known(gitHub, operation, "GitHub's operation");
}

/** `kind` is undefined for a call that only reads. */
export function launchDarklyPermission(kind: string | undefined): string {
  if (kind === undefined) return "`viewProject` on the project";
  return `${known(launchDarkly, kind, "LaunchDarkly's instruction")} on the flag in the environment`;
}

/** The route and what it needs of a request such as `GET /api/admin/projects/default/features/a`. */
export function unleashRoute(request: string): { route: string; permission: string } {
  for (const [route, permission] of Object.entries(unleash))
    if (new RegExp(`^${route.replace(/\{\w+\}/g, "[^/]+")}$`).test(request)) return { route, permission };
  throw new Error(`Nobody has written what Unleash's route ${request} needs; add it to outside-aws.ts`);
}

function known(all: Record<string, string>, name: string, what: string): string {
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (found !== undefined) return found;
  throw new Error(`Nobody has written what ${what} ${name} needs; add it to outside-aws.ts`);
}
