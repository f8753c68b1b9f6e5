import { misconfigured } from "@sym/lambda-core";

/**
 * The URL of a system's API, and the token or the name of the secret with the token. `variable` is the environment variable
 * of the token or the secret's name.
 */
export type Connection = { system: string; url: string; variable: string } & (
  | { token: string }
  | { secret: string }
);

/**
 * Reads `<prefix>_URL`, and `<prefix>_SECRET` or, for development, `<prefix>_TOKEN`. Throws unless the URL is safe for a
 * token.
 */
export function readConnection(
  environment: Record<string, string | undefined>,
  { system, prefix, defaultUrl }: { system: string; prefix: string; defaultUrl?: string },
): Connection {
  const url = environment[`${prefix}_URL`] || defaultUrl;
  if (!url) throw misconfigured(`${prefix}_URL must be the URL of ${system}`);
  // A token must not travel unencrypted, except within this machine.
  if (!/^(https:\/\/[^/?#]|http:\/\/(localhost|127\.0\.0\.1)[:/])[^?#]*$/.test(`${url}/`))
    throw misconfigured(`${prefix}_URL is "${url}", but must be an https URL`);
  const base = { system, url: url.replace(/\/+$/, "") };
  const { [`${prefix}_TOKEN`]: token, [`${prefix}_SECRET`]: secret } = environment;
  if (secret) return { ...base, secret, variable: `${prefix}_SECRET` };
  if (token) return { ...base, token, variable: `${prefix}_TOKEN` };
  throw misconfigured(`${prefix}_SECRET must name the secret with the token for ${system}`);
}
