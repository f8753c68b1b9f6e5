import type { Call, FaultsAndCalls } from "../kernel/call.ts";
import { createFaults, type Faults } from "../kernel/faults.ts";
import { startGitHubServer } from "./server.ts";
import { emptyGitHub, type GitHubState } from "./state.ts";
import { firstAppId, type GitHubWorld, gitHubWorld } from "./world.ts";

/** A stand-in for GitHub: the few REST and GraphQL routes of the handlers. The README lists the behaviour. */
export type GitHub = GitHubWorld & {
  url: string;
  /** The URL of GitHub, the id of the first App, and the name of the secret for its private key. */
  env: { GITHUB_API_URL: string; GITHUB_APP_ID: string; GITHUB_PRIVATE_KEY_SECRET: string };
  /** By GitHub's operation ids, such as `teams/get-by-name`. */
  faults: Faults;
  /** Every request, in the order of handling. */
  calls: Call[];
  snapshot(): GitHubState;
  /** Returns to the state at the start, without calls and faults. */
  reset(): void;
  close(): Promise<void>;
};

/** A sandbox passes its own state, faults and calls, which all its systems share. */
export type GitHubOptions = Partial<FaultsAndCalls> & { state?: () => GitHubState };

/** Starts GitHub on a loopback port; nothing leaves the machine. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const { faults = createFaults(), calls = [] } = options;
  let own = emptyGitHub();
  const state = options.state ?? (() => own);
  const server = await startGitHubServer({ state, faults, calls });
  return {
    ...gitHubWorld(state),
    url: server.url,
    env: {
      GITHUB_API_URL: server.url,
      GITHUB_APP_ID: String(firstAppId),
      GITHUB_PRIVATE_KEY_SECRET: "sym/github-app",
    },
    faults: { inject: faults.inject, clear: faults.clear },
    calls,
    snapshot: () => structuredClone(state()),
    reset: () => {
      own = emptyGitHub();
      calls.length = 0;
      faults.clear();
    },
    close: server.close,
  };
}
