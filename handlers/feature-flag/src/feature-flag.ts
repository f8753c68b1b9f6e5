import {
  type Invocation,
  type Reading,
  SymError,
  type SymRequest,
  type TargetSystem,
} from "@sym/lambda-core";
import { appConfig } from "./appconfig.ts";
import { launchDarkly } from "./launchdarkly.ts";
import { type FlagAccess, resolve } from "./resolve.ts";
import type { Settings } from "./settings.ts";
import { unleash } from "./unleash.ts";

/** What a provider knows of the invocation that it works in. */
export type Call = {
  /** What Sym asks for. A sweep is asked for by nobody. */
  type: SymRequest["type"] | undefined;
  signal: AbortSignal;
  /** When the function must have stopped calling, in milliseconds since the epoch. */
  deadline: number;
  /** For the flag system's own audit trail. */
  comment: string;
  /** When the approved time is over, in milliseconds since the epoch, if this is an escalate with an end. */
  end: number | undefined;
};

/** One flag system. States are `absent`, the id of a variation, or a toggle's state in the provider's words. */
export type Provider = {
  read(access: FlagAccess, call: Call): Promise<Reading<FlagAccess>>;
  /** Looks at what the other two have to know, while the lease records what they will do. */
  prepare?(access: FlagAccess, call: Call): Promise<unknown>;
  grant(access: FlagAccess, call: Call, prepared?: unknown): Promise<{ pending?: string }>;
  restore(
    access: FlagAccess,
    state: string,
    call: Call,
    prepared?: unknown,
  ): Promise<{ residualAccess?: string }>;
  /** Takes back what would still change the flag later, where others have changed it since the grant. */
  abandon?(access: FlagAccess, call: Call): Promise<void>;
};

/** Flags of LaunchDarkly, Unleash and AppConfig. Only the provider that a target names is made. */
export function featureFlag(settings: Settings): TargetSystem<FlagAccess> {
  const load = onePerName({
    launchdarkly: () => launchDarkly(settings.launchdarkly),
    unleash: () => unleash(settings.unleash),
    appconfig: appConfig,
  });
  const asked = recentRequests();

  return {
    absent: "absent",
    staleReadMs: 0,

    async resolve(request, invocation) {
      const access = resolve(request, settings);
      asked.note(invocation, request, access);
      return access;
    },

    async read(access, invocation) {
      const request = asked.of(invocation);
      // The lease of an earlier request is shown with that one's variation. A flag can serve a person only one.
      if (request?.type === "escalate" && request.variation !== access.variation)
        throw new SymError(
          `Another approved request holds ${access.names.resource}, and there can be only one variation at a time; ask again when that request has ended`,
          { reason: "refused" },
        );
      return load(access.provider).read(access, callOf(invocation, request));
    },

    async prepare(access, _change, invocation) {
      return load(access.provider).prepare?.(access, callOf(invocation, asked.of(invocation)));
    },

    async grant(access, invocation, prepared) {
      return load(access.provider).grant(access, callOf(invocation, asked.of(invocation)), prepared);
    },

    async restore(access, state, invocation, prepared) {
      return load(access.provider).restore(access, state, callOf(invocation, asked.of(invocation)), prepared);
    },

    async abandon(access, invocation) {
      await (await load(access.provider)).abandon?.(access, callOf(invocation, asked.of(invocation)));
    },
  };
}

type Asked = { type: SymRequest["type"]; runId: string; variation: string; end: number | undefined };

/** Time to record and to answer. Calls stop so many milliseconds before Lambda's deadline. */
const reserve = 2_000;

function callOf({ budget, requestId }: Invocation, asked: Asked | undefined): Call {
  return {
    type: asked?.type,
    signal: budget.signal,
    deadline: budget.deadline - reserve,
    comment: asked ? `Sym run ${asked.runId}: ${asked.type}` : `Sym, without a run (request ${requestId})`,
    end: asked?.type === "escalate" ? asked.end : undefined,
  };
}

/** A lease keeps one access for all its runs, so what only one run asks for is remembered by its invocation. */
function recentRequests() {
  const requests = new Map<string, Asked>();
  const most = 100;
  return {
    of: ({ requestId }: Invocation) => requests.get(requestId),
    note({ requestId }: Invocation, { type, runId, duration }: SymRequest, { variation }: FlagAccess) {
      const end = duration === undefined ? undefined : Date.now() + duration * 1_000;
      requests.set(requestId, { type, runId, variation, end });
      const [oldest] = requests.keys();
      if (requests.size > most && oldest) requests.delete(oldest);
    },
  };
}

/** Makes each provider when it is first asked for, and keeps it while the function is warm. */
function onePerName<N extends string>(make: Record<N, () => Provider>): (name: N) => Provider {
  const made = new Map<N, Provider>();
  return (name) => {
    const provider = made.get(name) ?? make[name]();
    made.set(name, provider);
    return provider;
  };
}
