import type { Reading, SymError } from "@sym/lambda-core";
import * as v from "valibot";
import type { Call, Provider } from "./feature-flag.ts";
import {
  type Answer,
  createRest,
  noResource,
  type Rest,
  refusal,
  refused,
  toggleReading,
  unavailable,
  untilDone,
} from "./feature-flag-rest.ts";
import type { FlagAccess } from "./resolve.ts";
import type { Connection } from "./settings.ts";
import {
  type Environment,
  environmentShape,
  featureShape,
  isForOnePerson,
  isIntact,
  type Strategy,
  stateOf,
  titleOf,
} from "./unleash-strategy.ts";

const system = "Unleash";

/**
 * Unleash's activation strategies, one of our own for each person, and its switch of a flag in an environment. A
 * person's state is `targeted` by us, `changed` since then by others, `on` without us, or `absent`; a toggle's, `on` or
 * `off`. Never edits a strategy: that would be the whole list of people, with no protection from a change at the same
 * time. Behaviour as seen with unleash-server 8.2.0.
 */
export function unleash(connection: Connection): Provider {
  const rest = createRest(system, connection);

  return {
    async read(access, call) {
      const environment = await getEnvironment(rest, access, call);
      return access.context ? personReading(access, environment) : toggleReading(access, environment.enabled);
    },

    async grant(access, call) {
      await untilDone(system, call, async () => {
        const environment = await getEnvironment(rest, access, call);
        if (environment.archived)
          throw refused(`${nameOf(access)} is archived, so nobody can be given it; revive it first`);
        if (isThere(access, environment)) return true;
        if (access.context) checkOthers(access, environment);
        // In this order: an environment that is switched on without a strategy gets one for everybody from Unleash.
        if (needsStrategy(access, environment)) await addStrategy(rest, access, call);
        if (environment.enabled !== (access.variation === "on"))
          await flip(rest, access, call, access.variation);
        return true;
      });
      return {};
    },

    async restore(access, state, call) {
      await untilDone(system, call, async () => {
        const { enabled, strategies, archived } = await getEnvironment(rest, access, call);
        const ours = strategies.filter((strategy) => isIntact(strategy, access));
        if (archived && ours.length > 0)
          throw unavailable(
            `${nameOf(access)} is archived, and Unleash changes no archived flag; delete it, or revive it for long enough that the access can be taken back`,
          );
        if (!access.context && enabled !== (state === "on")) {
          checkStrategies(access, state, strategies);
          await flip(rest, access, call, state);
        }
        // Never emptied, always deleted: Unleash refuses an empty list of people, and the old one stays in force.
        // With the last strategy, Unleash switches the environment off by itself.
        for (const { id } of ours) await deleteStrategy(rest, access, call, id);
        return true;
      });
      return {};
    },
  };
}

function personReading(access: FlagAccess, { enabled, strategies }: Environment): Reading<FlagAccess> {
  const state = stateOf(access, strategies, enabled);
  const sufficient = state === "on" || (state === "targeted" && enabled);
  return { state, sufficient, access: { ...access, granted: ["targeted"] } };
}

function isThere(access: FlagAccess, environment: Environment): boolean {
  if (access.context) return personReading(access, environment).sufficient;
  return environment.enabled === (access.variation === "on");
}

/** Switching an environment on brings all of its strategies to life, not only ours. */
function checkOthers(access: FlagAccess, { enabled, strategies }: Environment): void {
  const others = strategies.filter((strategy) => !strategy.disabled && !isForOnePerson(strategy));
  if (enabled || others.length === 0) return;
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
  if (access.context) return !strategies.some((strategy) => isIntact(strategy, access));
  return access.variation === "on" && strategies.every(({ disabled }) => disabled);
}

async function getEnvironment(rest: Rest, access: FlagAccess, call: Call): Promise<Environment> {
  const { project, flag } = access;
  const answer = await rest(call, "GET", `/api/admin/projects/${project}/features/${flag}`);
  if (answer.status === 404) return getArchived(rest, access, call);
  if (answer.status !== 200) throw refusal(system, answer, `read flag ${flag}`);
  const { environments } = v.parse(featureShape, answer.body);
  const environment = environments.find(({ name }) => name === access.environment);
  if (environment) return environment;
  // Its strategies are still there, and come back if somebody adds the environment to the project again.
  throw refused(
    `Unleash flag ${flag} is not in an environment ${access.environment}; correct the target's setting environment`,
  );
}

/** An archived flag is not found among the others, but its strategies are still there, and come back with it. */
async function getArchived(rest: Rest, access: FlagAccess, call: Call): Promise<Environment> {
  const { project, flag } = access;
  const answer = await rest(call, "GET", environmentPath(access));
  if (answer.status === 200) {
    const { strategies } = v.parse(environmentShape, answer.body);
    return { name: access.environment, enabled: false, strategies, archived: true };
  }
  if (answer.status !== 404) throw refusal(system, answer, `read flag ${flag}`);
  // Names are unique, whatever project a flag is in, so a name that is free is one that no flag has.
  const asked = await rest(call, "POST", "/api/admin/features/validate", { name: flag });
  if (asked.status === 200)
    throw noResource(`There is no flag ${flag} in Unleash; correct the target's setting flag`);
  throw refused(
    `Unleash project ${project} has no flag ${flag} in ${access.environment} that the token can see; correct the target's settings project and environment`,
  );
}

async function addStrategy(rest: Rest, access: FlagAccess, call: Call): Promise<void> {
  const { context, flag } = access;
  const answer = await rest(call, "POST", `${environmentPath(access)}/strategies`, {
    name: "flexibleRollout",
    title: titleOf(access),
    parameters: { rollout: "100", stickiness: "default", groupId: flag },
    constraints: context ? [{ contextName: "userId", operator: "IN", values: [context.key] }] : [],
  });
  if (answer.status !== 200 && answer.status !== 201) throw refusedChange(access, answer);
}

async function deleteStrategy(rest: Rest, access: FlagAccess, call: Call, id: string): Promise<void> {
  const answer = await rest(
    call,
    "DELETE",
    `${environmentPath(access)}/strategies/${encodeURIComponent(id)}`,
  );
  if (answer.status !== 200 && answer.status !== 404) throw refusedChange(access, answer);
}

async function flip(rest: Rest, access: FlagAccess, call: Call, state: string): Promise<void> {
  const answer = await rest(call, "POST", `${environmentPath(access)}/${state === "on" ? "on" : "off"}`);
  if (answer.status !== 200) throw refusedChange(access, answer);
}

function environmentPath({ project, flag, environment }: FlagAccess): string {
  return `/api/admin/projects/${project}/features/${flag}/environments/${environment}`;
}

function refusedChange(access: FlagAccess, answer: Answer): SymError {
  const { permissions } = (answer.body ?? {}) as { permissions?: unknown };
  if (answer.status === 403 && Array.isArray(permissions) && permissions.includes("SKIP_CHANGE_REQUEST"))
    return refused(
      `Unleash wants a change request for changes in ${access.environment}; make one there, or give the token's account the permission to skip change requests`,
    );
  return refusal(system, answer, `change flag ${access.flag} in ${access.project}/${access.environment}`);
}

function nameOf({ flag, project, environment }: FlagAccess): string {
  return `Unleash flag ${flag} in ${project}/${environment}`;
}
