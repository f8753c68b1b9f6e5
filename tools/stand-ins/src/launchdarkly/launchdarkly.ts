import { randomUUID } from "node:crypto";
import type { Call, FaultsAndCalls } from "../kernel/call.ts";
import { createFaults, type Faults } from "../kernel/faults.ts";
import { record } from "../kernel/record.ts";
import { startLaunchDarklyServer } from "./server.ts";
import { emptyLaunchDarkly, type LaunchDarklyState } from "./state.ts";
import { type LaunchDarklyWorld, launchDarklyWorld } from "./world.ts";

/** A stand-in for LaunchDarkly: flags, their individual targets, and the targets' ends. The README says what it covers. */
export type LaunchDarkly = LaunchDarklyWorld & {
  url: string;
  /** Besides the sandbox's `env`, for a function that changes flags. */
  env: { LAUNCHDARKLY_URL: string; LAUNCHDARKLY_TOKEN: string };
  /** Refuses the token from now on, and returns the one that is good instead. */
  renewToken(): string;
  /** By LaunchDarkly's operation ids, such as `patchFeatureFlag`. */
  faults: Faults;
  /** Something happens just before the next call of an action is handled, once. */
  beforeNext(action: string, happens: () => void): void;
  /** Every request, in the order they were handled. */
  calls: Call[];
  snapshot(): LaunchDarklyState;
  /** Back to the state at the start, with no calls, no faults, and nothing that is to happen. */
  reset(): void;
  close(): Promise<void>;
};

/** A sandbox passes its own state, faults and calls, so that they are kept, injected and looked at together. */
export type LaunchDarklyOptions = Partial<FaultsAndCalls> & { state?: () => LaunchDarklyState };

/** Starts LaunchDarkly on a loopback port; nothing leaves the machine. */
export async function startLaunchDarkly(options: LaunchDarklyOptions = {}): Promise<LaunchDarkly> {
  const { faults = createFaults(), calls = [] } = options;
  let own = emptyLaunchDarkly();
  const state = options.state ?? (() => own);
  const first = randomUUID();
  let token = first;
  const happenings = new Map<string, () => void>();
  const before = (action: string) => {
    const happens = happenings.get(action);
    happenings.delete(action);
    happens?.();
  };
  const server = await startLaunchDarklyServer({ state, faults, calls, token: () => token, before });
  return {
    ...launchDarklyWorld(state),
    url: server.url,
    env: { LAUNCHDARKLY_URL: server.url, LAUNCHDARKLY_TOKEN: first },
    renewToken: () => {
      token = randomUUID();
      record({ secret: token });
      return token;
    },
    faults: { inject: faults.inject, clear: faults.clear },
    beforeNext: (action, happens) => void happenings.set(action, happens),
    calls,
    snapshot: () => structuredClone(state()),
    reset: () => {
      own = emptyLaunchDarkly();
      token = first;
      calls.length = 0;
      faults.clear();
      happenings.clear();
    },
    close: server.close,
  };
}
