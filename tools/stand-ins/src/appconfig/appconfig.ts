import {
  type AppConfigState,
  type Application,
  create,
  type Deployment,
  isUnderWay,
  startDeployment,
} from "./appconfig-data.ts";

/** A document of feature flags: what they are, and their values. */
type FlagDocument = {
  version: string;
  flags: Record<string, object>;
  values: Record<string, Record<string, unknown>>;
};

/** Where something is: AppConfig's ids. */
export type Place = { application: string; environment: string; profile: string };

/** AppConfig as its owners see it. Throws for what is not there. */
export type AppConfig = {
  /** Creates what a place needs, with flags of these values, deployed. */
  createFlags(place: Place, values: FlagDocument["values"]): void;
  /** A strategy of one's own. Times in minutes. */
  createStrategy(id: string, times: { duration: number; bake: number }): void;
  hasPlace(place: Place): boolean;
  /** What applications in that environment get: of the newest deployment that was neither undone nor is on its way. */
  deployed(place: Place): FlagDocument;
  /** Somebody makes a new version and does not deploy it. Returns its number. */
  draft(place: Place, change: (document: FlagDocument) => void, description?: string): number;
  /** Somebody makes a new version of what is deployed, and starts to deploy it. */
  deploy(place: Place, change: (document: FlagDocument) => void, strategy?: string): void;
  /** Time passes, until nothing is under way any more. */
  finish(place: Place): void;
  /** The newest deployment is still being checked by the profile's validators. */
  validate(place: Place): void;
  /** What is deployed was written with other tools: it reads like this, to the last byte. */
  respell(place: Place, change: (text: string) => string): void;
  /** An alarm goes off: the newest deployment is undone. */
  rollBack(place: Place): void;
  /** An alarm goes off for each deployment that there was. */
  undoAll(place: Place): void;
  deleteEnvironment(place: Place): void;
  /** An alarm will go off as soon as the next deployment has begun. */
  undoNext(place: Place): void;
  /** From now on, an alarm can undo a deployment in that environment until its bake time is over. */
  addMonitor(place: Place): void;
  /** Somebody deploys a version in another environment, which is there or is made. */
  promote(place: Place, environment: string, version: number): void;
  /** How many versions a profile can have from now on. */
  limitVersions(count: number): void;
  /** Somebody deletes a version. */
  deleteVersion(place: Place, version: number): void;
  /** Moves each time in the descriptions of versions into the past, in milliseconds. */
  passTime(place: Place, time: number): void;
  /** The next call of an action is refused with this status and code. */
  refuseNext(action: string, status: number, code: string): void;
  /** Lists of deployments do not name the configuration profile, as before July 2026. */
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
