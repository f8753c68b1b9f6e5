import { createHash, randomUUID } from "node:crypto";
import type { ExpiringTarget, Flag, FlagEnvironment, LaunchDarklyState, Variation } from "./state.ts";
import { addTargets, removeTargets, targetOf, touch } from "./targets.ts";

/** A project from its owners' view. Throws for a missing flag or environment. */
export type LaunchDarklyWorld = {
  /** Creates a flag with targeting on, and returns the ids of its variations by name: `on` and `off` unless given. */
  createFlag(
    project: string,
    key: string,
    options?: { variations?: string[]; environments?: string[] },
  ): Record<string, string>;
  /** A copy of the flag in the form of the API. */
  flag(project: string, key: string): Flag;
  hasFlag(project: string, key: string): boolean;
  deleteFlag(project: string, key: string): void;
  /** Deletes an environment, and the project's flags in the environment. */
  deleteEnvironment(project: string, environment: string): void;
  /** Creates an environment, in which each flag of the project is on and has no targets. */
  addEnvironment(project: string, environment: string): void;
  /** From now on the token's role does not show this project. */
  hideProject(project: string): void;
  /** An administrator changes the flag in one environment. */
  edit(
    project: string,
    key: string,
    environment: string,
    change: (environment: FlagEnvironment, flag: Flag) => void,
  ): void;
  /** An administrator targets a user individually with the named variation, or removes the user's target. */
  target(
    project: string,
    key: string,
    environment: string,
    user: string,
    variation: string | undefined,
  ): void;
  /** The name of the variation with which a user is individually targeted. */
  targeted(project: string, key: string, environment: string, user: string): string | undefined;
  /** An administrator schedules the removal of a user's individual target, in an hour. */
  scheduleRemoval(project: string, key: string, environment: string, user: string): void;
  /** The scheduled removals of targets. */
  expiring(project: string, key: string, environment: string): ExpiringTarget[];
  /** Carries out the scheduled removals up to `now`, in milliseconds since the epoch, as LaunchDarkly does. */
  expireTargets(now: number): void;
  /** From now on, changes in the environment need an approval. */
  requireApproval(project: string, environment: string): void;
  /** From now on, a patch of a flag in the environment would make a scheduled change fail. */
  scheduleChange(project: string, environment: string): void;
  /** From now on, changes in the environment need a comment. */
  requireComments(project: string, environment: string): void;
  /** The next patches lose a race with another patch. */
  loseRaces(times: number): void;
  /** The changes made over the API, with their comments. */
  audit(): LaunchDarklyState["audit"];
};

export function launchDarklyWorld(state: () => LaunchDarklyState): LaunchDarklyWorld {
  const find = (project: string, key: string): Flag => {
    const flag = state().flags[`${project}/${key}`];
    if (flag) return flag;
    throw new Error(`LaunchDarkly project ${project} has no flag ${key}`);
  };
  const within = (project: string, key: string, environment: string): FlagEnvironment => {
    const found = find(project, key).environments[environment];
    if (found) return found;
    throw new Error(`LaunchDarkly flag ${key} has no environment ${environment}`);
  };

  return {
    createFlag(project, key, { variations = ["on", "off"], environments = ["production"] } = {}) {
      const moment = nextMoment();
      const idOf = (...parts: string[]) => idFrom([...parts, String(moment)]);
      const made = variations.map((name) => ({
        ...{ _id: asUuid(idOf(project, key, name)), name, value: valueOfName(name) },
      }));
      const { _id = idOf(project), environments: known = {} } = state().projects[project] ?? {};
      const all = Object.fromEntries(environments.map((name) => [name, known[name] ?? idOf(project, name)]));
      state().projects[project] = { _id, environments: { ...known, ...all } };
      state().flags[`${project}/${key}`] = newFlag(key, made, environments, moment);
      return Object.fromEntries(made.map(({ _id, name }) => [name, _id]));
    },
    flag: (project, key) => structuredClone(find(project, key)),
    hasFlag: (project, key) => state().flags[`${project}/${key}`] !== undefined,
    deleteFlag: (project, key) => {
      delete state().flags[`${project}/${key}`];
    },
    deleteEnvironment: (project, environment) => {
      delete state().projects[project]?.environments[environment];
      for (const [path, flag] of Object.entries(state().flags))
        if (path.startsWith(`${project}/`)) delete flag.environments[environment];
    },
    addEnvironment: (project, environment) => {
      const found = state().projects[project];
      if (!found) throw new Error(`LaunchDarkly has no project ${project}`);
      found.environments[environment] = idFrom([project, environment, String(nextMoment())]);
      for (const [path, flag] of Object.entries(state().flags))
        if (path.startsWith(`${project}/`)) flag.environments[environment] = newEnvironment(flag.variations);
    },
    hideProject: (project) => {
      delete state().projects[project];
    },
    edit(project, key, environment, change) {
      const flag = find(project, key);
      const edited = within(project, key, environment);
      change(edited, flag);
      touch(flag, edited);
    },
    target(project, key, environment, user, variation) {
      const flag = find(project, key);
      const edited = within(project, key, environment);
      const now = targetOf(edited, { contextKind: "user", key: user });
      if (now !== undefined) removeTargets(edited, now, "user", [user]);
      const index = flag.variations.findIndex(({ name }) => name === variation);
      if (variation !== undefined) addTargets(edited, index, "user", [user]);
      touch(flag, edited);
    },
    targeted(project, key, environment, user) {
      const index = targetOf(within(project, key, environment), { contextKind: "user", key: user });
      return index === undefined ? undefined : find(project, key).variations[index]?.name;
    },
    scheduleRemoval(project, key, environment, user) {
      const index = targetOf(within(project, key, environment), { contextKind: "user", key: user }) ?? -1;
      const variationId = find(project, key).variations[index]?._id;
      if (!variationId) throw new Error(`LaunchDarkly flag ${key} does not target ${user}`);
      const path = `${project}/${key}/${environment}`;
      const expirationDate = Date.now() + 3_600_000;
      const _resourceId = { kind: "flag", projectKey: project, environmentKey: environment, key };
      const removal = { contextKind: "user", contextKey: user, variationId, expirationDate, _resourceId };
      state().expiring[path] = [
        ...(state().expiring[path] ?? []),
        { _id: randomUUID(), _version: 1, ...removal },
      ];
    },
    expiring: (project, key, environment) =>
      structuredClone(state().expiring[`${project}/${key}/${environment}`] ?? []),
    expireTargets: (now) => expireTargets(state(), now),
    requireApproval: (project, environment) => void state().approvals.push(`${project}/${environment}`),
    scheduleChange: (project, environment) => void state().pending.push(`${project}/${environment}`),
    requireComments: (project, environment) => void state().comments.push(`${project}/${environment}`),
    loseRaces: (times) => {
      state().conflicts = times;
    },
    audit: () => structuredClone(state().audit),
  };
}

function expireTargets(state: LaunchDarklyState, now: number): void {
  for (const [path, list] of Object.entries(state.expiring)) {
    const [project, key, environment = ""] = path.split("/");
    const flag = state.flags[`${project}/${key}`];
    const edited = flag?.environments[environment];
    const due = list.filter(({ expirationDate }) => expirationDate <= now);
    state.expiring[path] = list.filter((one) => !due.includes(one));
    for (const { contextKind, contextKey, variationId } of due) {
      const index = flag?.variations.findIndex(({ _id }) => _id === variationId);
      if (!flag || !edited || targetOf(edited, { contextKind, key: contextKey }) !== index) continue;
      removeTargets(edited, index ?? 0, contextKind, [contextKey]);
      touch(flag, edited);
    }
  }
}

function valueOfName(name: string): unknown {
  return name === "on" || name === "off" ? name === "on" : name;
}

function newFlag(key: string, variations: Variation[], environments: string[], creationDate: number): Flag {
  return {
    key,
    creationDate,
    name: key,
    kind: variations.length === 2 && variations[0]?.value === true ? "boolean" : "multivariate",
    archived: false,
    temporary: true,
    tags: [],
    _version: 1,
    variations,
    environments: Object.fromEntries(environments.map((name) => [name, newEnvironment(variations)])),
  };
}

function newEnvironment(variations: Variation[]): FlagEnvironment {
  return {
    on: true,
    archived: false,
    lastModified: Date.now(),
    version: 1,
    targets: [],
    contextTargets: [],
    rules: [],
    fallthrough: { variation: variations.length - 1 },
    offVariation: variations.length - 1,
    prerequisites: [],
  };
}

/** 24 hexadecimal digits, like the ids of LaunchDarkly's projects and environments. Equal stories have equal ids. */
function idFrom(parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24);
}

/** A UUID, like the ids of variations. */
function asUuid(id: string): string {
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(12, 15)}-8${id.slice(15, 18)}-${id.slice(12)}`;
}

let lastMoment = 0;

function nextMoment(): number {
  lastMoment = Math.max(Date.now(), lastMoment + 1);
  return lastMoment;
}
