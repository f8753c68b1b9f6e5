import { randomUUID } from "node:crypto";
import type { Call, FaultsAndCalls } from "../kernel/call.ts";
import { createFaults, type Faults } from "../kernel/faults.ts";
import { record } from "../kernel/record.ts";
import { startLaunchDarklyServer } from "./server.ts";
import { emptyLaunchDarkly, type LaunchDarklyState } from "./state.ts";
import { type LaunchDarklyWorld, launchDarklyWorld } from "./world.ts";

/** A stand-in for LaunchDarkly: flags, individual targets, and the targets' ends. The README lists the behaviour. */
export type LaunchDarkly = LaunchDarklyWorld & {
  url: string;
  /** Add to the sandbox's `env`, for a function that changes flags. */
  env: { LAUNCHDARKLY_URL: string; LAUNCHDARKLY_TOKEN: string };
  /** Refuses the token from now on, and returns the new valid token. */
  renewToken(): string;
  /** By LaunchDarkly's operation ids, such as `patchFeatureFlag`. */
  faults: Faults;
  /** Runs `happens` once, just before the next call of an action is handled. */
  beforeNext(action: string, happens: () => void): void;
  /** Every request, in the order of handling. */
  calls: Call[];
  snapshot(): LaunchDarklyState;
  /** Returns to the state at the start, without calls, faults and planned events. */
  reset(): void;
  close(): Promise<void>;
};

/** A sandbox passes its own state, faults and calls, which all its systems share. */
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
