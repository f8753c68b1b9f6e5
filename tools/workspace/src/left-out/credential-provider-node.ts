// Replaces @aws-sdk/credential-provider-node: of its chain of providers, only the provider for the environment.
import { fromEnv } from "@aws-sdk/credential-provider-env";

type Credentials = { expiration?: Date };

export { fromEnv as defaultProvider };

export function credentialsWillNeedRefresh(credentials?: Credentials): boolean {
  return credentials?.expiration !== undefined;
}

/** Within 5 minutes of their expiration, as in the package. */
export function credentialsTreatedAsExpired(credentials?: Credentials): boolean {
  const { expiration } = credentials ?? {};
  return expiration !== undefined && expiration.getTime() - Date.now() < 300_000;
}
