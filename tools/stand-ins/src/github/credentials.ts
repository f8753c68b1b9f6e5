import { createHash, createHmac, randomBytes, verify } from "node:crypto";
import { isObject } from "@sym/test-payloads/payload-fields";
import { record } from "../kernel/record.ts";
import {
  type Access,
  type App,
  accountById,
  type GitHubState,
  type Installation,
  type Inviter,
  nextId,
  type Organization,
  refuse,
  roleIn,
  type Team,
  type Token,
} from "./state.ts";

/** The caller: an App itself, by a JWT that the App signed, or the holder of a token. */
export type GitHubCaller = { app: App; token?: never } | { app?: never; token: Token };

const LONGEST_JWT_SECONDS = 10 * 60;

// Installation tokens carry their own data, as GitHub's do since 2026, so a reset of the state does not end the tokens.
const signingKey = randomBytes(32);
// Starts at the current time, so a later process never issues the same number again.
let issued = Date.now();

/** The caller, from `Bearer ...` or `token ...`; 401 for an unknown, ended or revoked token. */
export function identify(state: GitHubState, authorization = ""): GitHubCaller {
  const [, credential] = /^(?:bearer|token) (\S+)$/i.exec(authorization) ?? [];
  if (credential === undefined) refuse(401, "Requires authentication");
  if (credential.split(".").length === 3) return { app: readJwt(state, credential) };
  const token = readToken(state, credential) ?? state.tokens.find((one) => one.token === credential);
  if (!token || token.expiresAt <= Date.now()) refuse(401, "Bad credentials");
  return { token };
}

/** https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app */
function readJwt(state: GitHubState, jwt: string): App {
  const [header = "", payload = "", signature = ""] = jwt.split(".");
  const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
  if (!isObject(claims)) refuse(401, "A JSON web token could not be decoded");
  const app = state.apps.find(({ id }) => String(id) === String(claims["iss"]));
  if (!app) refuse(401, "Integration not found");
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify("sha256", signed, app.publicKey, Buffer.from(signature, "base64url")))
    refuse(401, "A JSON web token could not be decoded");
  const now = Date.now() / 1_000;
  const expires = Number(claims["exp"]);
  if (!(expires > now)) refuse(401, "'Expiration time' claim ('exp') must be in the future");
  if (expires > now + LONGEST_JWT_SECONDS)
    refuse(401, "'Expiration time' claim ('exp') is too far in the future");
  return app;
}

/** Issues a token for an installation of the App, with the wanted permissions, or with all of the installation's. */
export function issueToken(state: GitHubState, app: App, installationId: number, wanted: unknown): Token {
  const installation = state.installations.find(({ id, appId }) => id === installationId && appId === app.id);
  if (!installation) refuse(404, "Not Found");
  if (installation.suspended) refuse(403, "This installation has been suspended");
  const permissions = isObject(wanted) ? (wanted as Record<string, Access>) : installation.permissions;
  for (const [name, access] of Object.entries(permissions))
    if (!allows(installation.permissions, name, access))
      refuse(422, "The permissions requested are not granted to this installation.");
  issued += 1;
  const expiresAt = Date.now() + state.tokenLifetime;
  const content = { kind: "installation" as const, ownerId: installation.id, permissions, expiresAt };
  const text = Buffer.from(JSON.stringify({ ...content, number: issued })).toString("base64url");
  const token = `${text}~${signatureOf(text)}`;
  record({ secret: token });
  return { ...content, scopes: [], sso: false, token };
}

/** Ends every installation token issued so far. */
export function endTokens(state: GitHubState): void {
  state.endedTokens = issued;
}

function readToken(state: GitHubState, token: string): Token | undefined {
  const [text = "", signature] = token.split("~");
  if (signature !== signatureOf(text)) return undefined;
  const { number, ...content } = JSON.parse(Buffer.from(text, "base64url").toString());
  return number > state.endedTokens ? { ...content, scopes: [], sso: false, token } : undefined;
}

function signatureOf(text: string): string {
  return createHmac("sha256", signingKey).update(text).digest("base64url");
}

/** Adds a personal token. The same history gives the same token, and secret scanners do not match the token. */
export function addToken(state: GitHubState, token: Omit<Token, "token">): Token {
  const seed = `${token.kind} ${token.ownerId} ${nextId(state)}`;
  const added = { ...token, token: `sandbox_${createHash("sha256").update(seed).digest("hex")}` };
  record({ secret: added.token });
  state.tokens.push(added);
  return added;
}

/** Refuses a caller who may not read, or change, the members of an organisation and its teams. */
export function authorize(
  state: GitHubState,
  caller: GitHubCaller,
  organization: Organization,
  access: Access,
  team?: Team,
): void {
  const { token } = caller;
  if (!token) refuse(401, "A JSON web token could not be decoded");
  if (organization.ipAllowList) refuseAddress(accountById(state, organization.id).login);
  const accepted = { "x-accepted-github-permissions": `members=${access}` };
  if (token.kind === "installation") {
    if (installationOf(state, token).organizationId !== organization.id) refuse(404, "Not Found");
    if (!allows(token.permissions, "members", access))
      refuse(403, "Resource not accessible by integration", accepted);
    return;
  }
  if (token.kind === "classic") checkClassic(state, token, organization, access);
  else if (!allows(token.permissions, "members", access))
    refuse(403, "Resource not accessible by personal access token", accepted);
  checkPerson(organization, token.ownerId, access, team);
}

/** Source: renovate#20253. */
function refuseAddress(login: string): never {
  refuse(
    403,
    `Although you appear to have the correct authorization credentials, the \`${login}\` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.`,
  );
}

/** A personal token has its owner's permissions. https://docs.github.com/rest/teams/members */
function checkPerson(organization: Organization, userId: number, access: Access, team?: Team): void {
  const role = roleIn(organization, userId);
  if (role === "admin") return;
  const place = team?.members.find((member) => member.userId === userId);
  if (role === undefined || (team?.privacy === "secret" && !place)) refuse(404, "Not Found");
  if (access === "write" && place?.role !== "maintainer")
    refuse(403, "You must be an organization owner or team maintainer to update team memberships");
}

function checkClassic(state: GitHubState, token: Token, organization: Organization, access: Access): void {
  if (organization.saml && !token.sso) {
    const { login } = accountById(state, organization.id);
    refuse(403, "Resource protected by organization SAML enforcement.", {
      "x-github-sso": `required; url=https://github.example.com/orgs/${login}/sso?authorization_request=1`,
    });
  }
  const enough = access === "read" ? ["admin:org", "write:org", "read:org"] : ["admin:org", "write:org"];
  const headers = { "x-oauth-scopes": token.scopes.join(", "), "x-accepted-oauth-scopes": enough.join(", ") };
  if (!enough.some((scope) => token.scopes.includes(scope)))
    refuse(403, "Your token has not been granted the required scopes", headers);
}

function installationOf(state: GitHubState, token: Token): Installation {
  return state.installations.find(({ id }) => id === token.ownerId) ?? refuse(401, "Bad credentials");
}

/** The bot of the App, or the token's owner. From memory: the bot's login is the App's slug with `[bot]` after it. */
export function inviterOf(state: GitHubState, { token }: GitHubCaller): Inviter {
  if (!token) refuse(401, "A JSON web token could not be decoded");
  if (token.kind !== "installation") {
    const { id, login } = accountById(state, token.ownerId);
    return { id, login, type: "User" };
  }
  const { appId } = installationOf(state, token);
  const app = state.apps.find(({ id }) => id === appId) ?? refuse(401, "Bad credentials");
  return { id: app.id, login: `${app.slug}[bot]`, type: "Bot" };
}

function allows(permissions: Record<string, Access>, name: string, access: Access): boolean {
  const granted = Object.hasOwn(permissions, name) ? permissions[name] : undefined;
  return granted === "write" || granted === access;
}
