import { checkSwitch, hostOf, type Place, toggleTargets } from "@sym/flags";
import { type Caller, createJsonClient, untilDone } from "@sym/http-client";
import {
  absent,
  notFound,
  refused,
  type State,
  type TargetSystem,
  throwObstacle,
  unavailable,
} from "@sym/lambda-core";
import { checkTarget } from "./check-target.ts";
import { type FlagAccess, nameOf, resolve } from "./resolve.ts";
import { system, type UnleashSettings } from "./settings.ts";
import { addStrategy, deleteStrategy, flip, getFlag, parentProblem } from "./unleash-requests.ts";
import {
  archivedSentence,
  effectOf,
  type FlagThere,
  isIntact,
  isOnAnyway,
  type Strategy,
  stateOf,
} from "./unleash-strategy.ts";

/**
 * Unleash's activation strategies, with our own strategy for each person, and the flag's on/off state in an environment.
 * Never edits a strategy: an edit would replace the whole list of people, without protection from a concurrent change.
 * Behaviour as seen with unleash-server 8.2.0.
 */
export function unleashFlag(settings: UnleashSettings): TargetSystem<FlagAccess> {
  const client = createJsonClient(settings.connection, { resource: "the flag", errorText: "name" });
  const host = hostOf(settings.connection.url);

  return {
    satisfies: (state, wanted) => state === wanted || wanted === absent,
    ownTargets: toggleTargets(settings.toggles),

    async find(request, invocation) {
      const { asked, wanted } = resolve(request, settings);
      const caller = { client, invocation };
      const there = await getFlag(caller, asked);
      if (there.archived) throw refused(archivedSentence(asked));
      const access = { ...asked, host, resource: resourceOf(asked, there.createdAt) };
      const isAsked = request.type === "escalate" && wanted !== "off";
      const obstacle = isAsked ? await parentProblem(caller, asked, there) : undefined;
      const effect = obstacle ? { obstacle } : effectOf(there, asked);
      return { access, wanted, state: stateOf(there, asked), effect };
    },

    async read(access, invocation) {
      const there = await getFlag({ client, invocation }, access);
      if (!there.archived && access.resource !== resourceOf(access, there.createdAt))
        throw notFound(
          "resource",
          `Unleash flag ${access.flag} was deleted and its name was reused; request the access again`,
        );
      return { access, state: stateOf(there, access), effect: effectOf(there, access) };
    },

    async set({ access }, change, invocation) {
      const caller = { client, invocation };
      const isToggle = access.userId === undefined;
      if (isToggle) checkSwitch(access, change, settings.toggles);
      const isGrant = isToggle ? change.state !== change.afterwards : change.state === "targeted";
      if (isGrant) {
        await give(caller, access, change.state);
        return {};
      }
      const there = await takeBack(caller, access, change.state);
      if (isToggle || !there || !isOnAnyway(there, access)) return {};
      return {
        residualAccess: {
          lasting: `Another strategy of the flag still enables it for ${access.names.subject}.`,
        },
      };
    },

    async release({ access }, invocation) {
      await takeBack({ client, invocation }, access);
    },

    async forecast({ access }, change) {
      if (access.userId === undefined) checkSwitch(access, change, settings.toggles);
      return {};
    },

    check: (target, invocation) => checkTarget({ client, invocation }, settings, target),
  };
}

function resourceOf({ environment, flag }: Place, createdAt: string): string {
  return `${environment}/${flag}@${createdAt}`;
}

async function give(caller: Caller, access: FlagAccess, wanted: State): Promise<void> {
  await untilDone(system, caller.invocation, async () => {
    const there = await getFlag(caller, access);
    throwObstacle(effectOf(there, access));
    // The strategy comes first: in an environment turned on without strategies, Unleash adds a strategy for all users.
    if (needsStrategy(access, wanted, there)) await addStrategy(caller, access);
    const on = wanted !== "off";
    if (there.enabled !== on) await flip(caller, access, on);
    return true;
  });
}

/**
 * Removes our strategies, or restores a toggle to its state, if given. Returns the flag as read just before the change.
 */
async function takeBack(caller: Caller, access: FlagAccess, state?: State): Promise<FlagThere | undefined> {
  let there: FlagThere | undefined;
  await untilDone(system, caller.invocation, async () => {
    there = await getFlag(caller, access);
    const { enabled, strategies, archived } = there;
    const ours = strategies.filter((strategy) => isIntact(strategy, access));
    const flips = access.userId === undefined && state !== undefined && enabled !== (state === "on");
    if (archived && (ours.length > 0 || flips))
      throw unavailable(
        `${nameOf(access)} is archived, and Unleash does not change archived flags; delete the flag, or revive it until the access is revoked`,
        { retryable: false },
      );
    if (flips) {
      checkStrategies(access, state, strategies);
      await flip(caller, access, state === "on");
    }
    // Delete the strategy, never empty its list: Unleash refuses an empty list of people, and the old list stays in force.
    // With the last strategy, Unleash turns the environment off by itself.
    for (const { id } of ours) await deleteStrategy(caller, access, id);
    return true;
  });
  return there;
}

/** Throws if the flag has no active strategy: Unleash would add a strategy for all users when the flag is turned on. */
function checkStrategies(access: FlagAccess, state: string, strategies: Strategy[]): void {
  if (state !== "on" || strategies.some(({ disabled }) => !disabled)) return;
  throw refused(
    `${nameOf(access)} was on before the request, but its strategies were removed since, so restoring it would enable it for all users; decide in Unleash whether to switch it on`,
  );
}

function needsStrategy(access: FlagAccess, wanted: string, { strategies }: FlagThere): boolean {
  if (access.userId !== undefined) return !strategies.some((strategy) => isIntact(strategy, access));
  return wanted === "on" && strategies.every(({ disabled }) => disabled);
}
