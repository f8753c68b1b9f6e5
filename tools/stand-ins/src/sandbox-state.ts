import { type AppConfigState, emptyAppConfig } from "./appconfig/appconfig-data.ts";
import { emptyGitHub, type GitHubState } from "./github/state.ts";
import type { IamState } from "./iam/iam.ts";
import { emptyIdentityStores, type IdentityStoreState } from "./identity-store/identity-store.ts";
import { emptyLaunchDarkly, type LaunchDarklyState } from "./launchdarkly/state.ts";
import type { SecretsManagerState } from "./secrets-manager/secrets-manager.ts";
import type { StsState } from "./sts/sts.ts";

/** The whole state of the stand-ins, as plain JSON. */
export type SandboxState = {
  appConfig: AppConfigState;
  github: GitHubState;
  iam: IamState;
  identityStore: IdentityStoreState;
  launchDarkly: LaunchDarklyState;
  secretsManager: SecretsManagerState;
  sts: StsState;
};

export function emptySandbox(): SandboxState {
  return {
    appConfig: emptyAppConfig(),
    github: emptyGitHub(),
    iam: {},
    identityStore: emptyIdentityStores(),
    launchDarkly: emptyLaunchDarkly(),
    secretsManager: {},
    sts: { roles: [], sessions: [] },
  };
}
