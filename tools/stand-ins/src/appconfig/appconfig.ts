import {
  type AppConfigState,
  type Application,
  create,
  type Deployment,
  isUnderWay,
  startDeployment,
} from "./appconfig-data.ts";

/** A document of feature flags: the flags' definitions, and their values. */
type FlagDocument = {
  version: string;
  flags: Record<string, object>;
  values: Record<string, Record<string, unknown>>;
};

/** AppConfig's ids of a place for flags. */
export type Place = { application: string; environment: string; profile: string };

/** AppConfig from its owners' view. Throws for a missing place or version. */
export type AppConfig = {
  /** Creates the place, with flags of these values, deployed. */
  createFlags(place: Place, values: FlagDocument["values"]): void;
  /** Creates a strategy. Times in minutes. */
  createStrategy(id: string, times: { duration: number; bake: number }): void;
  hasPlace(place: Place): boolean;
  /** The document that applications in the environment get: the newest complete deployment, unless rolled back. */
  deployed(place: Place): FlagDocument;
  /** An administrator makes a new version without a deployment. Returns the version's number. */
  draft(place: Place, change: (document: FlagDocument) => void, description?: string): number;
  /** An administrator makes a new version of the deployed document, and starts its deployment. */
  deploy(place: Place, change: (document: FlagDocument) => void, strategy?: string): void;
  /** Time passes until no deployment is under way. */
  finish(place: Place): void;
  /** The profile's validators are still checking the newest deployment. */
  validate(place: Place): void;
  /** The deployed document was written with other tools: the text reads like this, to the last byte. */
  respell(place: Place, change: (text: string) => string): void;
  /** An alarm goes off and rolls the newest deployment back. */
  rollBack(place: Place): void;
  /** An alarm goes off for each deployment and rolls all of them back. */
  undoAll(place: Place): void;
  deleteEnvironment(place: Place): void;
  /** An alarm will go off as soon as the next deployment has begun. */
  undoNext(place: Place): void;
  /** From now on, an alarm can roll a deployment in the environment back until its bake time is over. */
  addMonitor(place: Place): void;
  /** An administrator deploys a version in another environment, and creates a missing environment. */
  promote(place: Place, environment: string, version: number): void;
  /** Sets the maximum number of versions in a profile. */
  limitVersions(count: number): void;
  /** An administrator deletes a version. */
  deleteVersion(place: Place, version: number): void;
  /** Moves each time in the descriptions of versions into the past, in milliseconds. */
  passTime(place: Place, time: number): void;
  /** Refuses the next call of an action with this status and code. */
  refuseNext(action: string, status: number, code: string): void;
  /** From now on, lists of deployments do not name the configuration profile, as before July 2026. */
  hideProfiles(place: Place): void;
  deployments(place: Place): Deployment[];
  versions(place: Place): { number: number; description: string }[];
};

export function appConfigWorld(state: () => AppConfigState, account: string): AppConfig {
  const applicationOf = ({ application }: Place): Application => {
    const found = state().applications[`${account}/${application}`];
    if (found) return found;
    throw new Error(`AppConfig has no application ${application}`);
  };
  const environmentOf = (place: Place) => {
    const found = applicationOf(place).environments[place.environment];
    if (found) return found;
    throw new Error(`AppConfig has no environment ${place.environment}`);
  };
  const versionsOf = (place: Place) => {
    const found = applicationOf(place).profiles[place.profile];
    if (found) return found.versions;
    throw new Error(`AppConfig has no configuration profile ${place.profile}`);
  };
  const versionOf = (place: Place) => {
    const current = environmentOf(place).deployments.findLast(
      ({ profile, state: now }) => profile === place.profile && ["BAKING", "COMPLETE"].includes(now),
    );
    const version = versionsOf(place).find(({ number }) => number === current?.version);
    if (version) return version;
    throw new Error(`Nothing of ${place.profile} is deployed`);
  };
  const deployed = (place: Place): FlagDocument => JSON.parse(versionOf(place).content);
  const draft: AppConfig["draft"] = (place, change, description = "by somebody else") => {
    const document = deployed(place);
    change(document);
    const content = JSON.stringify(document);
    return create(state(), applicationOf(place), place.profile, content, description).number;
  };

  return {
    createFlags(place, values) {
      const key = `${account}/${place.application}`;
      const made: Application = state().applications[key] ?? { environments: {}, profiles: {} };
      state().applications[key] = made;
      made.environments[place.environment] ??= { monitors: 0, deployments: [] };
      made.profiles[place.profile] = { versions: [] };
      const flags = Object.fromEntries(Object.keys(values).map((name) => [name, { name }]));
      const content = JSON.stringify({ version: "1", flags, values });
      const { number } = create(state(), made, place.profile, content, "the first one");
      startDeployment(state(), made, { ...place, version: number, strategy: "AppConfig.AllAtOnce" });
      this.finish(place);
    },
    createStrategy: (id, times) => {
      state().strategies[id] = times;
    },
    hasPlace: ({ application, environment, profile }) => {
      const found = state().applications[`${account}/${application}`];
      return found?.environments[environment] !== undefined && found.profiles[profile] !== undefined;
    },
    deployed,
    draft,
    deploy(place, change, strategy = "AppConfig.AllAtOnce") {
      startDeployment(state(), applicationOf(place), { ...place, version: draft(place, change), strategy });
    },
    finish: (place) => {
      for (const deployment of environmentOf(place).deployments)
        if (isUnderWay(deployment)) deployment.state = "COMPLETE";
    },
    validate: (place) => {
      const newest = environmentOf(place).deployments.at(-1);
      if (newest) newest.state = "VALIDATING";
    },
    respell: (place, change) => {
      const version = versionOf(place);
      version.content = change(version.content);
    },
    rollBack: (place) => {
      const newest = environmentOf(place).deployments.at(-1);
      if (newest) newest.state = "ROLLED_BACK";
    },
    undoAll: (place) => {
      for (const deployment of environmentOf(place).deployments) deployment.state = "ROLLED_BACK";
    },
    deleteEnvironment: (place) => {
      delete applicationOf(place).environments[place.environment];
    },
    undoNext: (place) => {
      environmentOf(place).undoNext = true;
    },
    addMonitor: (place) => {
      environmentOf(place).monitors += 1;
    },
    hideProfiles: (place) => {
      environmentOf(place).isOld = true;
    },
    promote(place, environment, version) {
      const there = { ...place, environment };
      applicationOf(place).environments[environment] ??= { monitors: 0, deployments: [] };
      startDeployment(state(), applicationOf(place), { ...there, version, strategy: "AppConfig.AllAtOnce" });
      this.finish(there);
    },
    limitVersions: (count) => {
      state().versionQuota = count;
    },
    deleteVersion: (place, version) => {
      const versions = versionsOf(place);
      const at = versions.findIndex(({ number }) => number === version);
      if (at >= 0) versions.splice(at, 1);
    },
    passTime: (place, time) => {
      const earlier = (moment: string) => new Date(Date.parse(moment) - time).toISOString();
      for (const version of versionsOf(place))
        version.description = version.description.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, earlier);
    },
    refuseNext: (action, status, code) => {
      state().refusals.push({ action, status, code });
    },
    deployments: (place) => structuredClone(environmentOf(place).deployments),
    versions: (place) => versionsOf(place).map(({ number, description }) => ({ number, description })),
  };
}
