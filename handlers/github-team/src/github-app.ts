import { createAppAuth } from "@octokit/auth-app";
import type { Octokit } from "@octokit/rest";
import { allInOrder, type Invocation, refused } from "@sym/lambda-core";
import { noSecret, refuseOn } from "./github-failures.ts";

/** A GitHub App. `installations`: the known ids of the App's installations, by organisation in lower case. */
export type App = {
  id: string;
  secretId: string;
  privateKey: string;
  installations: Map<string, number>;
};

/**
 * A new token of the App for an organisation, and the App's slug. If `installations` has the organisation, requests the
 * token in parallel with the check of the installation's id: an App can be reinstalled under a new id. The token of another
 * organisation must not be used: with that token, every team would look deleted.
 */
export async function installationToken(
  octokit: Octokit,
  { id, secretId, privateKey, installations }: App,
  org: string,
  log: Invocation["log"],
) {
  // auth-app only signs: its cache keeps a token for 59 minutes, even past the token's end, and its calls take no signal.
  const jwt = await createAppAuth({ appId: id, privateKey })({ type: "app" }).catch((error: unknown) => {
    throw noSecret(secretId, "holds no private key of a GitHub App", error);
  });
  const headers = { authorization: `Bearer ${jwt.token}` };
  const notInstalled = `GitHub App ${id} is not installed in the organisation ${org}, or the organisation does not exist; install the App in the organisation, or correct the target's setting org`;
  const notPermitted = `GitHub App ${id} may not change teams of the organisation ${org}; give the App the organisation permission Members (read and write), and have an owner of the organisation accept the change`;
  const { createInstallationAccessToken, getOrgInstallation } = octokit.rest.apps;
  const tokenOf = (installation_id: number) =>
    createInstallationAccessToken({ installation_id, permissions: { members: "write" }, headers });

  const known = installations.get(org.toLowerCase());
  const early = known === undefined ? undefined : tokenOf(known);
  const [{ data: installation }] = await allInOrder([
    getOrgInstallation({ org, headers }).catch(refuseOn(404, notInstalled)),
    Promise.allSettled([early]),
  ]);
  if (installation.suspended_at)
    throw refused(
      `GitHub App ${id} is suspended in the organisation ${org}; ask an owner of the organisation to unsuspend the App`,
    );
  const isRight = known === installation.id;
  if (early && !isRight) log("other-installation", { configured: known, found: installation.id });
  const asked = early && isRight ? early : tokenOf(installation.id);
  // A 404 must not reach the caller, who would read the 404 as a missing person or team.
  const { data } = await asked.catch(refuseOn(404, notInstalled)).catch(refuseOn(422, notPermitted));
  return { ...data, slug: installation.app_slug };
}
