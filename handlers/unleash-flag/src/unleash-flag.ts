import { checkVariation } from "@sym/flags";
import { createJsonClient, untilDone } from "@sym/http-client";
import { type Reading, refused, SymError, type TargetSystem } from "@sym/lambda-core";
import { type FlagAccess, resolve } from "./resolve.ts";
import { readTarget, type UnleashSettings } from "./settings.ts";
import { addStrategy, deleteStrategy, flip, getEnvironment, system } from "./unleash-requests.ts";
import { type Environment, isForOnePerson, isIntact, type Strategy, stateOf } from "./unleash-strategy.ts";

/**
 * Unleash's activation strategies, one of our own for each person, and its switch of a flag in an environment. A
 * person's state is `targeted` by us, `changed` since then by others, `on` without us, or `absent`; a toggle's, `on` or
 * `off`. Never edits a strategy: that would be the whole list of people, with no protection from a change at the same
 * time. Behaviour as seen with unleash-server 8.2.0.
 */
export function unleashFlag(settings: UnleashSettings): TargetSystem<FlagAccess> {
  const client = createJsonClient(settings.connection, { resource: "the flag" });

  return {
    absent: "absent",
    staleReadMs: 0,

    async resolve(request) {
      return resolve(request, settings);
    },

    async read(access, invocation) {
      checkVariation(access, invocation, (request) => readTarget(request).variation ?? "on");
      return toReading(access, await getEnvironment(client, access, invocation));
    },

    async grant(access, invocation) {
      await untilDone(system, invocation, async () => {
        const environment = await getEnvironment(client, access, invocation);
        if (environment.archived)
          throw refused(`${nameOf(access)} is archived, so nobody can be given it; revive it first`);
        if (toReading(access, environment).sufficient) return true;
        checkOthers(access, environment);
        // In this order: an environment that is switched on without a strategy gets one for everybody from Unleash.
        if (needsStrategy(access, environment)) await addStrategy(client, access, invocation);
        const on = access.variation === "on";
        if (environment.enabled !== on) await flip(client, access, invocation, on);
        return true;
      });
      return {};
    },

    async restore(access, state, invocation) {
      await untilDone(system, invocation, async () => {
        const { enabled, strategies, archived } = await getEnvironment(client, access, invocation);
        const ours = strategies.filter((strategy) => isIntact(strategy, access));
        if (archived && ours.length > 0)
          throw new SymError(
            `${nameOf(access)} is archived, and Unleash changes no archived flag; delete it, or revive it for long enough that the access can be taken back`,
            { reason: "unavailable", retryable: false },
          );
        if (access.userId === undefined && enabled !== (state === "on")) {
          checkStrategies(access, state, strategies);
          await flip(client, access, invocation, state === "on");
        }
        // Never emptied, always deleted: Unleash refuses an empty list of people, and the old one stays in force.
        // With the last strategy, Unleash switches the environment off by itself.
        for (const { id } of ours) await deleteStrategy(client, access, invocation, id);
        return true;
      });
      return {};
    },
  };
}

function toReading(access: FlagAccess, environment: Environment): Reading<FlagAccess> {
  const { enabled } = environment;
  if (access.userId === undefined) {
    const state = enabled ? "on" : "off";
    return { state, sufficient: state === access.variation, access };
  }
  const state = stateOf(access, environment);
  return { state, sufficient: state === "on" || (state === "targeted" && enabled), access };
}

/** Switching an environment on for one person brings all of its strategies to life, not only ours. */
function checkOthers(access: FlagAccess, { enabled, strategies }: Environment): void {
  const others = strategies.filter((strategy) => !strategy.disabled && !isForOnePerson(strategy));
  if (access.userId === undefined || enabled || others.length === 0) return;
  throw refused(
    `${nameOf(access)} is off, and switching it on for one person would bring its other strategies to life, too; switch it on there first`,
  );
}

/** Without a strategy, Unleash would add one for everybody, which was not there before. */
function checkStrategies(access: FlagAccess, state: string, strategies: Strategy[]): void {
  if (state !== "on" || strategies.some(({ disabled }) => !disabled)) return;
  throw refused(
    `${nameOf(access)} was on, and its strategies were removed meanwhile, so it would be on for everybody; decide there`,
  );
}

function needsStrategy(access: FlagAccess, { strategies }: Environment): boolean {
  if (access.userId !== undefined) return !strategies.some((strategy) => isIntact(strategy, access));
  return access.variation === "on" && strategies.every(({ disabled }) => disabled);
}

function nameOf({ flag, project, environment }: FlagAccess): string {
  return `Unleash flag ${flag} in ${project}/${environment}`;
}
