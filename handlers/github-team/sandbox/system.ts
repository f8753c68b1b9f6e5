import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { FunctionEvent, Holdings, System } from "@sym/stand-ins/target-system";
import { inWords, readMap } from "@sym/stand-ins/target-system/words";
import { paths, readText } from "@sym/test-payloads/payload-fields";

export const system: System = {
  seed(sandbox, event, { member }) {
    const { org, slug, email, login } = names(event);
    if (!org || !slug || !email || !login) return [];
    const { github } = sandbox;
    const added = [
      ...missing(`GitHub organisation ${org} with the App`, github.hasAccount(org), () =>
        found(sandbox, org),
      ),
      ...missing(`GitHub team ${org}/${slug}`, github.teams(org).includes(slug), () =>
        github.createTeam(org, slug),
      ),
      ...missing(`GitHub user ${login}`, github.hasAccount(login), () => github.createUser(login)),
      // A person to invite is outside the organisation.
      ...missing(`their place in ${org}`, isInviting(event) || github.isMember(org, login), () =>
        github.setMember(org, login),
      ),
      ...missing(`their place in ${org}/${slug}`, !member || login in github.members(org, slug), () =>
        github.setTeamMember(org, slug, login),
      ),
    ];
    github.addIdentity(org, email, login);
    return added;
  },

  describe(sandbox, event) {
    const { org, slug } = names(event);
    return org ? describeOrganization(sandbox, org, slug) : {};
  },

  async describeReal(event) {
    const { org, slug } = names(event);
    return org && slug ? { [`GitHub team ${org}/${slug}`]: "not read, because only the App can" } : {};
  },
};

/** The members and the invited people of each team of an organisation. Lists the given team even if the team is missing. */
export function describeOrganization({ github }: Sandbox, org: string, slug?: string): Holdings {
  const slugs = [...new Set([...(slug ? [slug] : []), ...github.teams(org)])];
  const teams = slugs.map((one): [string, string] => [
    `GitHub team ${org}/${one}`,
    github.teams(org).includes(one) ? placesInWords(github.members(org, one)) : "does not exist",
  ]);
  const invited = github.hasAccount(org) ? github.invitations(org).join(", ") : "";
  return { ...Object.fromEntries(teams), [`invitations to ${org}`]: invited || "none" };
}

/** `robin-r as member`, and so on. */
function placesInWords(members: Record<string, string>): string {
  return inWords(
    Object.entries(members).map(([login, role]) => `${login} as ${role}`),
    "no members",
  );
}

function isInviting({ payload }: FunctionEvent): boolean {
  return readText(payload, paths.setting("invite")) === "true";
}

/** The names that the handler's `resolve.ts` finds; for the default rule, a login derived from the e-mail address. */
function names({ payload, environment }: FunctionEvent) {
  const email = readText(payload, paths.requester);
  return {
    org: readText(payload, paths.setting("org")),
    slug: readText(payload, paths.setting("team_slug")),
    email,
    login: email && loginOf(email, environment),
  };
}

function loginOf(email: string, environment: Record<string, string>): string {
  const local = email
    .toLowerCase()
    .replace(/@[^@]*$/, "")
    .replace(/[^a-z0-9]/g, "-");
  if (environment["IDENTITY_RULE"] === "suffix") return `${local}_${environment["IDENTITY_SUFFIX"]}`;
  if (environment["IDENTITY_RULE"] !== "map") return local;
  return readText(readMap(environment["IDENTITY_MAP"]), [email.toLowerCase()]) ?? local;
}

/** Creates an organisation with SAML and the App, and stores the App's key in the secret of the sandbox's environment. */
function found({ github, secretsManager }: Sandbox, org: string): void {
  github.createOrganization(org);
  github.enableSaml(org);
  const { GITHUB_APP_ID: appId, GITHUB_PRIVATE_KEY_SECRET: secret } = github.env;
  if (github.hasApp(appId)) github.installApp(org, appId);
  else secretsManager.putSecret(secret, github.createApp(org).privateKey);
}

function missing(what: string, isThere: boolean, create: () => unknown): string[] {
  if (isThere) return [];
  create();
  return [what];
}
