import { addToken, endTokens } from "./credentials.ts";
import { firstKeys, newKeys } from "./keys.ts";
import { accept, inviteTo, membershipOf, setDirect } from "./membership.ts";
import {
  type Access,
  accountById,
  findAccount,
  findOrganization,
  findTeam,
  type GitHubState,
  type Inviter,
  type Limit,
  nextId,
  type OrganizationRole,
  roleIn,
  same,
  slugOf,
  type TeamRole,
} from "./state.ts";

/** GitHub for tests to set up and inspect. Users and organisations go by login, teams by slug. */
export type GitHubWorld = ReturnType<typeof gitHubWorld>;

type TeamOptions = { privacy?: "closed" | "secret"; parent?: string };
type TokenOptions = {
  kind?: "fine-grained" | "classic";
  permissions?: Record<string, Access>;
  scopes?: string[];
  sso?: boolean;
};

/** The sender of invitations that no caller of the API sends. */
const somebodyElse: Inviter = { id: 1, login: "somebody-else", type: "User" };

/** The id of the first App. */
export const firstAppId = 700_001;

export function gitHubWorld(state: () => GitHubState) {
  const organizationOf = (org: string) => findOrganization(state(), org);
  const teamOf = (org: string, slug: string) => findTeam(state(), organizationOf(org), slug);
  const idOf = (login: string) => findAccount(state(), login).id;
  const loginOf = (id: number) => accountById(state(), id).login;
  const install = (org: string, appId: number, permissions: Record<string, Access>) => {
    const installation = { id: nextId(state()), appId, organizationId: organizationOf(org).id };
    state().installations.push({ ...installation, permissions, suspended: false });
    return installation.id;
  };

  const inviteAs = (org: string, login: string, slugs: string[], role: TeamRole) =>
    inviteTo(state(), organizationOf(org), idOf(login), {
      teams: slugs.map((slug) => ({ teamId: teamOf(org, slug).id, role })),
      inviter: somebodyElse,
    });

  return {
    /** Returns the user's id, which stays when the login changes. */
    createUser: (login: string) => createAccount(state(), login, "User"),
    deleteUser: (login: string) => {
      const id = idOf(login);
      for (const { members } of state().teams) removeFrom(members, id);
      for (const { members } of state().organizations) removeFrom(members, id);
      state().accounts = state().accounts.filter((account) => account.id !== id);
    },
    /** Suspends a user, as an administrator of a GitHub Enterprise Server can; github.com shows no suspension. */
    suspendUser: (login: string) => {
      findAccount(state(), login).suspendedAt = "2026-01-01T00:00:00Z";
    },
    /** Also renames an organisation. The old login is free from now on: `createUser` can give it to another user. */
    renameUser: (login: string, newLogin: string) => {
      findAccount(state(), login).login = newLogin;
    },

    createOrganization: (login: string) => {
      const id = createAccount(state(), login, "Organization");
      state().organizations.push({
        id,
        members: [],
        invitations: [],
        full: false,
        ipAllowList: false,
        saml: null,
      });
      return id;
    },
    setMember: (org: string, login: string, role: OrganizationRole = "member") => {
      const { members } = organizationOf(org);
      removeFrom(members, idOf(login));
      members.push({ userId: idOf(login), role });
    },
    /** Also removes the user from the organisation's teams. */
    removeMember: (org: string, login: string) => {
      const organization = organizationOf(org);
      removeFrom(organization.members, idOf(login));
      for (const team of state().teams)
        if (team.organizationId === organization.id) removeFrom(team.members, idOf(login));
    },
    /** From now on the organisation accepts no new invitation. */
    fillSeats: (org: string) => {
      organizationOf(org).full = true;
    },
    /** From now on the organisation has an IP allow list and refuses every call. */
    allowNoAddress: (org: string) => {
      organizationOf(org).ipAllowList = true;
    },
    /** Another person invites a user to the organisation and these teams. */
    invite: (org: string, login: string, ...slugs: string[]) => inviteAs(org, login, slugs, "member"),
    /** Another person invites a user to the organisation, as a maintainer of the team. */
    inviteMaintainer: (org: string, login: string, slug: string) =>
      inviteAs(org, login, [slug], "maintainer"),
    /** Another person cancels the invitation. */
    cancelInvitation: (org: string, login: string) => {
      const organization = organizationOf(org);
      organization.invitations = organization.invitations.filter(({ userId }) => userId !== idOf(login));
    },
    acceptInvitation: (org: string, login: string) => accept(state(), organizationOf(org), idOf(login)),
    /** From now on users sign in to the organisation through an identity provider, which has a user name for each. */
    enableSaml: (org: string) => {
      organizationOf(org).saml ??= [];
    },
    /** Moves SAML to the enterprise, where only the enterprise's owners see the identities. */
    disableSaml: (org: string) => {
      organizationOf(org).saml = null;
    },
    /** Without a login, the account is not linked yet. Adding the same identity twice adds one. */
    addIdentity: (org: string, userName: string, login?: string) => {
      const { saml } = organizationOf(org);
      const userId = login === undefined ? null : idOf(login);
      if (!saml?.some((one) => one.userName === userName && one.userId === userId))
        saml?.push({ userName, userId });
    },

    /** The identity provider deletes a user name, which `addIdentity` can link to another account. */
    removeIdentity: (org: string, userName: string) => {
      const organization = organizationOf(org);
      organization.saml = organization.saml?.filter((one) => one.userName !== userName) ?? null;
    },

    /** Returns GitHub's slug for the name. */
    createTeam: (org: string, name: string, { privacy = "closed", parent }: TeamOptions = {}) => {
      const { id: organizationId } = organizationOf(org);
      const parentId = parent === undefined ? null : teamOf(org, parent).id;
      const team = { id: nextId(state()), organizationId, name, slug: slugOf(name), privacy, parentId };
      state().teams.push({ ...team, idpGroup: null, members: [] });
      return team.slug;
    },
    /** The slug changes with the name, and the old slug is free for another team. */
    renameTeam: (org: string, slug: string, name: string) => {
      Object.assign(teamOf(org, slug), { name, slug: slugOf(name) });
    },
    /** From now on only its members and the organisation's owners see the team. */
    hideTeam: (org: string, slug: string) => {
      teamOf(org, slug).privacy = "secret";
    },
    teamId: (org: string, slug: string) => teamOf(org, slug).id,
    deleteTeam: (org: string, slug: string) => {
      const { id } = teamOf(org, slug);
      state().teams = state().teams.filter((team) => team.id !== id);
    },
    setTeamMember: (org: string, slug: string, login: string, role: TeamRole = "member") =>
      setDirect(teamOf(org, slug).members, { userId: idOf(login), role }),
    removeTeamMember: (org: string, slug: string, login: string) =>
      removeFrom(teamOf(org, slug).members, idOf(login)),
    /** From now on a group of the identity provider decides the team's members, and the API cannot change them. */
    synchronizeTeam: (org: string, slug: string, idpGroup: string) => {
      teamOf(org, slug).idpGroup = idpGroup;
    },

    /** Creates an App, installed in an organisation. The first key is the same for every App of this process. */
    createApp: (org: string, permissions: Record<string, Access> = { members: "write" }) => {
      const { publicKey, privateKey } = firstKeys();
      const id = firstAppId + state().apps.length;
      state().apps.push({ id, slug: "sym-access", publicKey });
      return { appId: String(id), installationId: install(org, id, permissions), privateKey };
    },
    hasApp: (appId: string) => state().apps.some(({ id }) => String(id) === appId),
    /** Returns the id of the installation, which differs each time. */
    installApp: (org: string, appId: string, permissions: Record<string, Access> = { members: "write" }) =>
      install(org, Number(appId), permissions),
    /** Invalidates the App's old key. Returns the new key. */
    rotateKey: (appId: string) => {
      const { publicKey, privateKey } = newKeys();
      for (const app of state().apps) if (String(app.id) === appId) app.publicKey = publicKey;
      return privateKey;
    },
    uninstallApp: (appId: string) => {
      state().installations = state().installations.filter((one) => String(one.appId) !== appId);
    },
    suspendApp: (appId: string) => {
      for (const one of state().installations) if (String(one.appId) === appId) one.suspended = true;
    },
    /** Creates a personal access token: fine-grained and with all necessary permissions by default. */
    createToken: (login: string, options: TokenOptions = {}) => {
      const { kind = "fine-grained", permissions = { members: "write" }, scopes = [], sso = false } = options;
      const ownerId = idOf(login);
      return addToken(state(), { kind, ownerId, permissions, scopes, sso, expiresAt: 8.64e15 }).token;
    },
    /** Ends every installation token. */
    expireTokens: () => endTokens(state()),
    /** Sets the lifetime of new installation tokens, in milliseconds; the default is an hour. */
    setTokenLifetime: (milliseconds: number) => {
      state().tokenLifetime = milliseconds;
    },
    /** Forgets every personal token. */
    revokeTokens: () => {
      state().tokens = [];
    },
    /** For this time, calls exceed a rate limit of this kind. */
    limit: (kind: Limit["kind"], seconds: number) => {
      state().limit = { kind, until: Date.now() + seconds * 1_000 };
    },

    /** The members and invited users of a team, by login: `{ "robin-r": "member", "nat-n": "pending" }`. */
    members: (org: string, slug: string): Record<string, TeamRole | "pending"> => {
      const team = teamOf(org, slug);
      const places = state().accounts.flatMap(({ id, login }) => {
        const place = membershipOf(state(), organizationOf(org), team, id);
        return place ? [[login, place.state === "pending" ? "pending" : place.role] as const] : [];
      });
      return Object.fromEntries(places.sort());
    },
    /** The slugs of an organisation's teams; empty for an unknown organisation. */
    teams: (org: string) => {
      const account = state().accounts.find(({ login }) => same(login, org));
      return state().teams.flatMap((team) => (team.organizationId === account?.id ? [team.slug] : []));
    },
    hasAccount: (login: string) => state().accounts.some((account) => same(account.login, login)),
    /** The logins of the invited users, sorted. */
    invitations: (org: string) =>
      organizationOf(org)
        .invitations.map(({ userId }) => loginOf(userId))
        .sort(),
    isMember: (org: string, login: string) => roleIn(organizationOf(org), idOf(login)) !== undefined,
  };
}

function createAccount(state: GitHubState, login: string, type: "User" | "Organization"): number {
  const id = nextId(state);
  state.accounts.push({ id, login, type });
  return id;
}

function removeFrom(members: { userId: number }[], userId: number): void {
  const index = members.findIndex((member) => member.userId === userId);
  if (index >= 0) members.splice(index, 1);
}
