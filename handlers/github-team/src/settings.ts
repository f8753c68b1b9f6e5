import {
  type AccountNames,
  type FunctionEnvironment,
  type IdentityRule,
  misconfigured,
  readIdentityRule,
  readTargetSettings,
  type SymRequest,
} from "@sym/lambda-core";
import * as v from "valibot";

/**
 * GitHub's URL, and the secret's name or ARN: with an `appId`, the secret is the App's private key, else a token.
 * `installations`: the known ids of the App's installations, by organisation in lower case.
 */
export type GitHubSettings = {
  url: string;
  appId: string | undefined;
  secretId: string;
  installations: Map<string, number>;
  /** Never a search for e-mails: GitHub's e-mails are unverified. */
  loginRule: IdentityRule;
};

/** Managed users are named after their local part. Source: "Username considerations for external authentication". */
export const logins: AccountNames = {
  kind: "a GitHub login",
  pattern: /^[a-z\d][a-z\d-]{0,38}(_[a-z\d]{1,38})?$/i,
  spell: (localPart) => localPart.toLowerCase().replace(/[^a-z\d]/g, "-"),
};

const text = (pattern: RegExp, problem: string) => v.pipe(v.string(problem), v.regex(pattern, problem));
const secretId = (name: string) => text(/^[\w/+=.@:-]{1,512}$/, `${name} must be the name of a secret`);

const installations =
  "GITHUB_INSTALLATIONS must be the ids of the App's installations, such as acme=12345678,other=23456789";
const url = "GITHUB_API_URL must be an https URL, such as https://github.example.com/api/v3";
// Plain HTTP would expose the token, except to a stand-in on the same machine.
const connection = v.object({
  GITHUB_API_URL: v.optional(text(/^(https:\/\/[^\s/?#@]+|http:\/\/127\.0\.0\.1:\d+)(\/[\w./-]*)?$/, url)),
  GITHUB_APP_ID: v.optional(text(/^[\w.-]+$/, "GITHUB_APP_ID must be the id of the App")),
  GITHUB_INSTALLATIONS: v.optional(
    text(/^[a-z\d][a-z\d-]*=\d{1,15}(\s*,\s*[a-z\d][a-z\d-]*=\d{1,15})*$/i, installations),
  ),
  GITHUB_PRIVATE_KEY_SECRET: v.optional(secretId("GITHUB_PRIVATE_KEY_SECRET")),
  GITHUB_TOKEN_SECRET: v.optional(secretId("GITHUB_TOKEN_SECRET")),
});

/** Reads the environment. An empty variable counts as not set. */
export function readEnvironment(environment: FunctionEnvironment): GitHubSettings {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
  const parsed = v.safeParse(connection, set, { abortEarly: true });
  if (!parsed.success) throw misconfigured(parsed.issues[0].message);
  const { GITHUB_API_URL, GITHUB_APP_ID, GITHUB_PRIVATE_KEY_SECRET, GITHUB_TOKEN_SECRET } = parsed.output;
  const appId = GITHUB_PRIVATE_KEY_SECRET ? GITHUB_APP_ID : undefined;
  const secret = appId ? GITHUB_PRIVATE_KEY_SECRET : GITHUB_TOKEN_SECRET;
  const both = GITHUB_PRIVATE_KEY_SECRET && GITHUB_TOKEN_SECRET;
  if (!secret || both || Boolean(GITHUB_APP_ID) !== Boolean(GITHUB_PRIVATE_KEY_SECRET))
    throw misconfigured("set GITHUB_APP_ID and GITHUB_PRIVATE_KEY_SECRET, or GITHUB_TOKEN_SECRET instead");
  // A pasted token would be readable in the function's configuration.
  if (/^(gh[a-z]_|github_pat_)/.test(secret))
    throw misconfigured("GITHUB_TOKEN_SECRET must be the name of a secret, not the token");
  return {
    url: (GITHUB_API_URL ?? "https://api.github.com").replace(/\/+$/, ""),
    appId,
    secretId: secret,
    installations: toInstallations(parsed.output.GITHUB_INSTALLATIONS ?? ""),
    loginRule: readIdentityRule(environment, ["lookup", "map", "suffix"], logins.pattern),
  };
}

function toInstallations(list: string): Map<string, number> {
  const pairs = list.toLowerCase().matchAll(/([^\s,=]+)=(\d+)/g);
  return new Map([...pairs].map(([, org = "", id]) => [org, Number(id)]));
}

// Names become parts of paths, so only names pass.
const target = v.object({
  org: v.pipe(v.string(), v.regex(/^[a-z\d][a-z\d-]{0,38}$/i)),
  team_slug: v.pipe(v.string(), v.regex(/^[\w-]{1,255}$/)),
  role: v.optional(v.picklist(["member", "maintainer"]), "member"),
  invite: v.optional(
    v.pipe(
      v.picklist(["true", "false"]),
      v.transform((text) => text === "true"),
    ),
    "false",
  ),
});

const hints = {
  org: "the name of a GitHub organisation",
  team_slug: "the team's name as it is in the team's URL",
  role: "member or maintainer",
  invite: "true or false",
};

/** Reads the settings of a target. `invite`: whether the handler may invite people outside the organisation. */
export function readTarget(request: Pick<SymRequest, "target">): v.InferOutput<typeof target> {
  return readTargetSettings(request, target, hints);
}
