import { createSign } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { type GitHub, startGitHub } from "./github.ts";

/** acme with the owner olga-o, the member robin-r, the team platform and an App; nat-n is outside. */
async function openGitHub() {
  const github = await startGitHub();
  onTestFinished(github.close);
  const organizationId = github.createOrganization("acme");
  for (const login of ["olga-o", "robin-r", "nat-n"]) github.createUser(login);
  github.setMember("acme", "olga-o", "admin");
  github.setMember("acme", "robin-r");
  github.createTeam("acme", "Platform");
  const app = github.createApp("acme");
  return { github, app, organizationId, asOwner: caller(github, github.createToken("olga-o")) };
}

type SeenResponse = { status: number; body: Record<string, unknown>; headers: Headers };

function caller(github: GitHub, token: string, base = github.url) {
  return async (method: string, path: string, body?: unknown): Promise<SeenResponse> => {
    const answer = await fetch(base + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? {} : JSON.parse(text), headers: answer.headers };
  };
}

/** A JWT signed by an App, `seconds` before its end. */
function jwt({ appId, privateKey }: { appId: string; privateKey: string }, seconds = 300): string {
  const now = Math.floor(Date.now() / 1_000);
  const parts = [
    { alg: "RS256", typ: "JWT" },
    { iat: now - 30, exp: now + seconds, iss: appId },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  const signature = createSign("RSA-SHA256").update(parts.join(".")).sign(privateKey, "base64url");
  return [...parts, signature].join(".");
}

async function installationToken(
  { github, app }: Awaited<ReturnType<typeof openGitHub>>,
  permissions?: object,
) {
  const asApp = caller(github, jwt(app));
  const { body } = await asApp("GET", "/orgs/acme/installation");
  return asApp("POST", `/app/installations/${body["id"]}/access_tokens`, { permissions });
}

const place = "/orgs/acme/teams/platform/memberships/robin-r";

test("an App's JWT gets a token for one hour with the installation's permissions", async () => {
  const world = await openGitHub();
  const { status, body } = await installationToken(world);
  expect({ status, permissions: body["permissions"] }).toEqual({
    status: 201,
    permissions: { members: "write" },
  });
  expect(Date.parse(String(body["expires_at"]))).toBeGreaterThan(Date.now());
  const asApp = caller(world.github, String(body["token"]));
  expect(await asApp("PUT", place, { role: "member" })).toMatchObject({
    status: 200,
    body: { state: "active", role: "member" },
  });
  world.github.expireTokens();
  expect(await asApp("GET", place)).toMatchObject({ status: 401, body: { message: "Bad credentials" } });
});

test("a read-only token is denied a change with the needed permission, and a token cannot exceed the installation", async () => {
  const world = await openGitHub();
  const { body } = await installationToken(world, { members: "read" });
  const refused = await caller(world.github, String(body["token"]))("PUT", place);
  expect({ status: refused.status, needs: refused.headers.get("x-accepted-github-permissions") }).toEqual({
    status: 403,
    needs: "members=write",
  });
  expect((await installationToken(world, { administration: "write" })).status).toBe(422);
});

test("a call is refused without a token, with a wrong token, or with a JWT of another key or too long a life", async () => {
  const { github, app } = await openGitHub();
  const installation = "/orgs/acme/installation";
  expect((await fetch(github.url + place)).status).toBe(401);
  expect((await caller(github, "bogus")("GET", place)).status).toBe(401);
  expect((await caller(github, "bogus~token")("GET", place)).status).toBe(401);
  expect((await caller(github, jwt(app, 3_600))("GET", installation)).status).toBe(401);
  expect((await caller(github, jwt(app, -10))("GET", installation)).status).toBe(401);
  expect((await caller(github, jwt(app))("GET", place)).status).toBe(401);
  github.rotateKey(app.appId);
  expect((await caller(github, jwt(app))("GET", installation)).status).toBe(401);
});

test("a suspended App gets no token", async () => {
  const world = await openGitHub();
  world.github.suspendApp(world.app.appId);
  expect((await installationToken(world)).status).toBe(403);
});

test("an outsider is pending in the team until the invitation is accepted", async () => {
  const { github, asOwner } = await openGitHub();
  const natsPlace = place.replace("robin-r", "NAT-N");
  expect((await asOwner("PUT", natsPlace, { role: "maintainer" })).body).toMatchObject({ state: "pending" });
  expect((await asOwner("GET", "/orgs/acme/memberships/nat-n")).body).toMatchObject({ state: "pending" });
  expect(github.invitations("acme")).toEqual(["nat-n"]);
  github.acceptInvitation("acme", "nat-n");
  expect((await asOwner("GET", natsPlace)).body).toMatchObject({ state: "active", role: "maintainer" });
});

test("removal from the team does not cancel the invitation to the organisation", async () => {
  const { github, asOwner } = await openGitHub();
  const natsPlace = place.replace("robin-r", "nat-n");
  await asOwner("PUT", natsPlace);
  expect((await asOwner("DELETE", natsPlace)).status).toBe(204);
  expect((await asOwner("GET", natsPlace)).status).toBe(404);
  expect(github.invitations("acme")).toEqual(["nat-n"]);
  const { body } = await asOwner("GET", "/orgs/acme/invitations");
  const [{ id }] = body as unknown as [{ id: number }];
  expect((await asOwner("DELETE", `/orgs/acme/invitations/${id}`)).status).toBe(204);
  expect((await asOwner("DELETE", `/orgs/acme/invitations/${id}`)).status).toBe(404);
  expect(github.invitations("acme")).toEqual([]);
});

test("a change sets the role, except that an owner is always a maintainer", async () => {
  const { github, asOwner } = await openGitHub();
  github.setTeamMember("acme", "platform", "robin-r", "maintainer");
  expect((await asOwner("PUT", place, { role: "member" })).body).toMatchObject({ role: "member" });
  expect((await asOwner("PUT", place, { role: "czar" })).status).toBe(422);
  github.setMember("acme", "robin-r", "admin");
  expect((await asOwner("PUT", place, { role: "member" })).body).toMatchObject({ role: "maintainer" });
  expect((await asOwner("PUT", place.replace("robin-r", "acme"))).status).toBe(422);
});

test("ids survive a rename, and others can take the old name", async () => {
  const { github, organizationId, asOwner } = await openGitHub();
  const { body: team } = await asOwner("GET", "/orgs/acme/teams/platform");
  const { body: robin } = await asOwner("GET", "/users/robin-r");
  github.setTeamMember("acme", "platform", "robin-r");
  github.renameTeam("acme", "platform", "Plätform Größe");
  github.renameUser("robin-r", "robin-q");
  github.createUser("robin-r");
  const byId = `/organizations/${organizationId}/team/${team["id"]}`;
  expect((await asOwner("GET", byId)).body).toMatchObject({ slug: "platform-gro-e" });
  expect((await asOwner("GET", `/user/${robin["id"]}`)).body).toMatchObject({ login: "robin-q" });
  expect((await asOwner("GET", `${byId}/memberships/robin-q`)).status).toBe(200);
  expect((await asOwner("GET", `${byId}/memberships/robin-r`)).status).toBe(404);
  expect((await asOwner("GET", "/orgs/acme/teams/platform")).status).toBe(404);
});

test("members of a child team are members of its parent, and cannot be removed from the parent", async () => {
  const { github, asOwner } = await openGitHub();
  github.createTeam("acme", "Databases", { parent: "platform" });
  github.setTeamMember("acme", "databases", "robin-r");
  expect((await asOwner("GET", place)).body).toMatchObject({ state: "active", role: "member" });
  expect((await asOwner("DELETE", place)).status).toBe(404);
});

test("a team synchronised from an identity provider cannot be changed, and the error names the group", async () => {
  const { github, asOwner } = await openGitHub();
  github.synchronizeTeam("acme", "platform", "Engineers");
  expect((await asOwner("PUT", place)).status).toBe(403);
  expect((await asOwner("DELETE", place)).status).toBe(403);
  expect((await asOwner("GET", "/orgs/acme/teams/platform/external-groups")).body).toEqual({
    groups: [{ group_id: 1, group_name: "Engineers", updated_at: expect.any(String) }],
  });
});

test("a personal token has its owner's permissions", async () => {
  const { github } = await openGitHub();
  const asRobin = caller(github, github.createToken("robin-r"));
  github.createTeam("acme", "Incident", { privacy: "secret" });
  expect((await asRobin("GET", "/orgs/acme/teams/platform")).status).toBe(200);
  expect((await asRobin("GET", "/orgs/acme/teams/incident")).status).toBe(404);
  expect((await asRobin("PUT", place)).status).toBe(403);
  github.setTeamMember("acme", "platform", "robin-r", "maintainer");
  expect((await asRobin("PUT", place)).status).toBe(200);
  expect((await caller(github, github.createToken("nat-n"))("GET", "/orgs/acme/teams/platform")).status).toBe(
    404,
  );
});

test("the denial of a classic token names the missing scope or the missing single sign-on authorisation", async () => {
  const { github } = await openGitHub();
  const options = { kind: "classic" as const, scopes: ["read:org"] };
  const scoped = await caller(github, github.createToken("olga-o", options))("PUT", place);
  expect([scoped.status, scoped.headers.get("x-accepted-oauth-scopes")]).toEqual([
    403,
    "admin:org, write:org",
  ]);
  github.enableSaml("acme");
  const signedOff = await caller(github, github.createToken("olga-o", options))("GET", place);
  expect([signedOff.status, signedOff.headers.get("x-github-sso")]).toEqual([
    403,
    expect.stringMatching(/^required/),
  ]);
});

test("rate limits are reported in GitHub's headers", async () => {
  const { github, asOwner } = await openGitHub();
  expect((await asOwner("GET", "/users/robin-r")).headers.get("x-ratelimit-remaining")).toBe("4999");
  github.limit("primary", 60);
  const primary = await asOwner("GET", "/users/robin-r");
  expect([primary.status, primary.headers.get("x-ratelimit-remaining")]).toEqual([403, "0"]);
  github.limit("secondary", 60);
  const secondary = await asOwner("GET", "/users/robin-r");
  expect([secondary.status, secondary.headers.get("retry-after")]).toEqual([429, "60"]);
  github.limit("graphql", 60);
  expect((await asOwner("GET", "/users/robin-r")).status).toBe(200);
  expect((await asOwner("POST", "/graphql", {})).body["errors"]).toMatchObject([{ type: "RATE_LIMIT" }]);
});

const query = `query ($org: String!, $userName: String!) { organization(login: $org) {
  samlIdentityProvider { externalIdentities(first: 2, userName: $userName) {
    nodes { user { login databaseId } } pageInfo { hasNextPage endCursor } } } } }`;
test("SAML identities are listed with their linked accounts", async () => {
  const { github, asOwner } = await openGitHub();
  const variables = { org: "acme", userName: "robin.requester@example.com" };
  const ask = async () => (await asOwner("POST", "/graphql", { query, variables })).body;
  expect(await ask()).toEqual({ data: { organization: { samlIdentityProvider: null } } });
  github.enableSaml("acme");
  github.addIdentity("acme", "robin.requester@example.com");
  github.addIdentity("acme", "robin.requester@example.com", "robin-r");
  github.addIdentity("acme", "alex.approver@example.com", "olga-o");
  const { data } = (await ask()) as { data: { organization: { samlIdentityProvider: object } } };
  expect(data.organization.samlIdentityProvider).toEqual({
    externalIdentities: {
      nodes: [{ user: null }, { user: { login: "robin-r", databaseId: expect.any(Number) } }],
      pageInfo: { hasNextPage: false, endCursor: "2" },
    },
  });
  expect((await asOwner("POST", "/graphql", { query: "{ viewer { login } }" })).body).toHaveProperty(
    "errors",
  );
});

test("invitations come in pages", async () => {
  const { github, asOwner } = await openGitHub();
  for (const login of ["a-1", "a-2", "a-3"]) {
    github.createUser(login);
    github.invite("acme", login);
  }
  const first = await asOwner("GET", "/orgs/acme/invitations?per_page=2");
  expect(first.body).toHaveLength(2);
  const [, next = ""] = /<([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "") ?? [];
  const last = await asOwner("GET", next.slice(github.url.length));
  expect(last.body).toHaveLength(1);
  expect(last.headers.get("link")).toBeNull();
});

test("an Enterprise Server serves its paths under /api", async () => {
  const { github } = await openGitHub();
  const asOwner = caller(github, github.createToken("olga-o"), `${github.url}/api`);
  expect((await asOwner("GET", "/v3/users/robin-r")).status).toBe(200);
  expect((await asOwner("POST", "/graphql", {})).status).toBe(200);
  expect((await asOwner("POST", "/v3/graphql", {})).status).toBe(404);
});

test("faults can be injected, calls are recorded, and a reset clears both", async () => {
  const { github, asOwner } = await openGitHub();
  const put = "teams/add-or-update-membership-for-user-in-org";
  for (const kind of ["internal-error", "throttle", "access-denied"] as const)
    github.faults.inject({ action: put, kind });
  expect((await asOwner("PUT", place)).status).toBe(502);
  expect((await asOwner("PUT", place)).headers.get("retry-after")).toBe("1");
  expect((await asOwner("PUT", place)).headers.get("x-accepted-github-permissions")).toBe("members=write");
  github.faults.inject({ action: put, kind: "reset" });
  await expect(asOwner("PUT", place)).rejects.toThrow("fetch failed");
  expect(github.members("acme", "platform")).toEqual({});
  github.faults.inject({ action: put, kind: "answer-lost" });
  await expect(asOwner("PUT", place, { role: "maintainer" })).rejects.toThrow("fetch failed");
  expect(github.members("acme", "platform")).toEqual({ "robin-r": "maintainer" });
  expect(github.calls.at(-1)).toMatchObject({
    service: "github",
    action: put,
    status: 0,
    errorCode: "answer-lost",
    parameters: { org: "acme", team_slug: "platform", username: "robin-r", role: "maintainer" },
  });
  expect(github.snapshot().teams).toHaveLength(1);
  await asOwner("GET", "/search/users?q=robin");
  expect(github.calls.at(-1)).toMatchObject({ action: "GET /search/users", status: 404 });
  github.reset();
  expect([github.calls, github.snapshot().teams]).toEqual([[], []]);
});

test("direct members of a team and members of its child teams are listed separately, in pages", async () => {
  const { github, asOwner } = await openGitHub();
  github.createTeam("acme", "Databases", { parent: "platform" });
  github.setTeamMember("acme", "databases", "robin-r");
  for (const login of ["robin-1", "robin-2", "robin-3"]) {
    github.createUser(login);
    github.setTeamMember("acme", "platform", login);
  }
  const query = `query ($team: ID!, $search: String, $direct: String, $child: String) { node(id: $team) { ... on Team {
    direct: members(first: 2, membership: IMMEDIATE, query: $search, after: $direct) { nodes { login databaseId } }
    child: members(first: 2, membership: CHILD_TEAM, query: $search, after: $child) { nodes { login databaseId } } } } }`;
  const { body: team } = await asOwner("GET", "/orgs/acme/teams/platform");
  const logins = async (variables: object) => {
    const { body } = await asOwner("POST", "/graphql", {
      query,
      variables: { team: team["node_id"], ...variables },
    });
    const { node } = body["data"] as { node: Record<string, { nodes: { login: string }[] }> };
    return [node["direct"], node["child"]].map((page) => page?.nodes.map(({ login }) => login));
  };
  expect(await logins({ search: "robin" })).toEqual([["robin-1", "robin-2"], ["robin-r"]]);
  expect(await logins({ search: "robin", direct: "2" })).toEqual([["robin-3"], ["robin-r"]]);
  expect(await logins({ search: "robin-r" })).toEqual([[], ["robin-r"]]);
});

test("an invitation names its inviter: the App's bot, the token's owner, or another administrator", async () => {
  const world = await openGitHub();
  const { github, asOwner } = world;
  for (const login of ["by-app", "by-other"]) github.createUser(login);
  const { body } = await installationToken(world);
  const asApp = caller(github, String(body["token"]));
  await asApp("PUT", place.replace("robin-r", "by-app"));
  await asOwner("PUT", place.replace("robin-r", "nat-n"));
  github.invite("acme", "by-other");
  const { body: all } = await asOwner("GET", "/orgs/acme/invitations");
  const invitations = all as unknown as { login: string; inviter: { login: string } }[];
  expect(invitations.map(({ login, inviter }) => [login, inviter.login])).toEqual([
    ["by-app", "sym-access[bot]"],
    ["nat-n", "olga-o"],
    ["by-other", "somebody-else"],
  ]);
  expect((await asOwner("GET", "/user")).body).toMatchObject({ login: "olga-o" });
  expect((await asApp("GET", "/user")).status).toBe(403);
});

test("an organisation with an IP allow list refuses the caller's address", async () => {
  const { github, asOwner } = await openGitHub();
  github.allowNoAddress("acme");
  expect(await asOwner("GET", place)).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining("IP allow list") },
  });
});
