import { checkSwitch, hostOf } from "@sym/flags";
import { createJsonClient, untilDone } from "@sym/http-client";
import {
  absent,
  type Invocation,
  notFound,
  type Reading,
  refused,
  SymError,
  type TargetSystem,
  throwObstacle,
} from "@sym/lambda-core";
import { type FlagAccess, nameOf, type Place, resolve, toggleOf } from "./resolve.ts";
import type { UnleashSettings } from "./settings.ts";
import { addStrategy, deleteStrategy, flip, getFlag, parentProblem, system } from "./unleash-requests.ts";
import {
  effectOf,
  type FlagThere,
  isIntact,
  isOnAnyway,
  type Strategy,
  stateOf,
  whomOf,
} from "./unleash-strategy.ts";

/**
 * Unleash's activation strategies, with our own strategy for each person, and the switch of a flag in an environment. Never
 * edits a strategy: an edit would replace the whole list of people, without protection from a concurrent change. Behaviour
 * as seen with unleash-server 8.2.0.
 */
export function unleashFlag(settings: UnleashSettings): TargetSystem<FlagAccess> {
  const client = createJsonClient(settings.connection, { resource: "the flag", errorText: "name" });
  const host = hostOf(settings.connection.url);

  async function give(access: FlagAccess, wanted: string, invocation: Invocation): Promise<void> {
    await untilDone(system, invocation, async () => {
      const there = await getFlag(client, access, invocation);
      throwObstacle(effectOf(there, whomOf(access), access));
      // The strategy comes first: Unleash adds a strategy for everybody to an environment switched on without strategies.
      if (needsStrategy(access, wanted, there)) await addStrategy(client, access, invocation);
      const on = wanted !== "off";
      if (there.enabled !== on) await flip(client, access, invocation, on);
      return true;
    });
  }

  /** Removes our strategies, or restores a toggle. Returns the flag as read just before the change. */
  async function takeBack(access: FlagAccess, state: string | undefined, invocation: Invocation) {
    let there: FlagThere | undefined;
    await untilDone(system, invocation, async () => {
      there = await getFlag(client, access, invocation);
      const { enabled, strategies, archived } = there;
      const ours = strategies.filter((strategy) => isIntact(strategy, whomOf(access)));
      const flips = access.userId === undefined && state !== undefined && enabled !== (state === "on");
      if (archived && (ours.length > 0 || flips))
        throw new SymError(
          `${nameOf(access)} is archived, and Unleash does not change archived flags; delete the flag, or revive it until the access is revoked`,
          { reason: "unavailable", retryable: false },
        );
      if (flips) {
        checkStrategies(access, state, strategies);
        await flip(client, access, invocation, state === "on");
      }
      // Delete the strategy, never empty its list: Unleash refuses an empty list of people, and the old list stays in force.
      // With the last strategy, Unleash switches the environment off by itself.
      for (const { id } of ours) await deleteStrategy(client, access, invocation, id);
      return true;
    });
    return there;
  }

  return {
    satisfies: (state, wanted) => state === wanted || wanted === absent,

    async find(request, invocation) {
      const { place, userId, wanted, subject, names } = resolve(request, settings);
      const there = await getFlag(client, place, invocation);
      if (there.createdAt === undefined) throw archived(place);
      const whom = whomOf({ names, ...(userId !== undefined && { userId }) });
      const resource = resourceOf(place, there.createdAt);
      const access = { host, resource, subject, names, ...place, ...(userId !== undefined && { userId }) };
      const effect = effectOf(there, whom, place);
      const isAsked = request.type === "escalate" && wanted !== "off";
      const obstacle = isAsked ? await parentProblem(client, place, there, whom, invocation) : undefined;
      return { access, wanted, state: stateOf(there, whom), effect: obstacle ? { obstacle } : effect };
    },

    async read(access, invocation): Promise<Reading<FlagAccess>> {
      const there = await getFlag(client, access, invocation);
      if (there.createdAt !== undefined && access.resource !== resourceOf(access, there.createdAt))
        throw notFound(
          "resource",
          `Unleash flag ${access.flag} was deleted and its name was reused; request the access again`,
        );
      const whom = whomOf(access);
      return { access, state: stateOf(there, whom), effect: effectOf(there, whom, access) };
    },

    async set({ access }, change, invocation) {
      if (access.userId === undefined) checkSwitch(toggleOf(access), change, settings.toggles);
      const isGrant =
        access.userId === undefined ? change.state !== change.afterwards : change.state === "targeted";
      if (isGrant) {
        await give(access, change.state, invocation);
        return {};
      }
      const there = await takeBack(access, change.state, invocation);
      if (access.userId === undefined || !there || !isOnAnyway(there, whomOf(access))) return {};
      return { residualAccess: `Another strategy of the flag still enables it for ${access.names.subject}.` };
    },

    async release({ access }, invocation) {
      await takeBack(access, undefined, invocation);
    },
  };
}

function resourceOf({ environment, flag }: Place, createdAt: string): string {
  return `${environment}/${flag}@${createdAt}`;
}

function archived(place: Place): SymError {
  return refused(`${nameOf(place)} is archived, so it cannot be granted; revive the flag first`);
}

/** Throws if switching on would make Unleash add a new strategy for everybody, because the flag has no active strategy. */
function checkStrategies(access: FlagAccess, state: string, strategies: Strategy[]): void {
  if (state !== "on" || strategies.some(({ disabled }) => !disabled)) return;
  throw refused(
    `${nameOf(access)} was on before the request, but its strategies were removed since, so restoring it would enable it for all users; decide in Unleash whether to switch it on`,
  );
}

function needsStrategy(access: FlagAccess, wanted: string, { strategies }: FlagThere): boolean {
  if (access.userId !== undefined) return !strategies.some((strategy) => isIntact(strategy, whomOf(access)));
  return wanted === "on" && strategies.every(({ disabled }) => disabled);
}
