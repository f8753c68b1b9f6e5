// Replaces @octokit/auth-oauth-user.
function leftOut(): never {
  throw new Error("OAuth is left out of this bundle: remove the alias from aliases.ts to use OAuth");
}

export { leftOut as createOAuthUserAuth };

/** Called by @octokit/auth-app for each request to sign. Only OAuth Apps call URLs below /applications. */
export function requiresBasicAuth(url?: string): boolean {
  return url?.includes("/applications/") ? leftOut() : false;
}
