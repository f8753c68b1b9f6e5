// In the place of @octokit/auth-oauth-user.
function leftOut(): never {
  throw new Error("OAuth is left out of this bundle: remove its alias from aliases.ts to use it");
}

export { leftOut as createOAuthUserAuth };

/** @octokit/auth-app asks this about each request that it signs. Only OAuth Apps call addresses below /applications. */
export function requiresBasicAuth(url?: string): boolean {
  return url?.includes("/applications/") ? leftOut() : false;
}
