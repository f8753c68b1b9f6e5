type Constraint = { contextName: string; operator: string; values: string[] };
type Strategy = { id: string; title: string; constraints: Constraint[] };

// biome-ignore lint/suspicious/noExplicitAny: each path has its own shape.
type Admin = (method: string, path: string, body?: object) => Promise<any>;

const project = "/projects/default/features";

/** Flags in Unleash's project `default` and its environment `development`, as an administrator sees and sets flags. */
export type UnleashFlags = {
  /** Creates or resets the flag: off, and without strategies. */
  create(flag: string): Promise<void>;
  /** Shows the flag to these users; to all users if the list is empty. */
  addStrategy(flag: string, userIds: string[]): Promise<{ id: string }>;
  strategies(flag: string): Promise<Strategy[]>;
  flip(flag: string, state: "on" | "off"): Promise<void>;
  /** Whether a user sees the flag, by Unleash's own evaluation. */
  isOn(flag: string, userId: string): Promise<boolean>;
};

export function unleashFlags(admin: Admin): UnleashFlags {
  const environment = (flag: string) => `${project}/${flag}/environments/development`;
  return {
    async create(flag) {
      const ignore = () => undefined;
      const isFree = await admin("POST", "/features/validate", { name: flag }).then(() => true, ignore);
      if (isFree) await admin("POST", project, { name: flag, type: "release" });
      if (isFree) return;
      // Not deleted and created again: Unleash would still record the archiving, fail, and end itself.
      await admin("POST", `/archive/revive/${flag}`).catch(ignore); // Most flags are not archived.
      for (const { id } of await this.strategies(flag))
        await admin("DELETE", `${environment(flag)}/strategies/${id}`);
      await this.flip(flag, "off");
    },
    addStrategy(flag, userIds) {
      const parameters = { rollout: "100", stickiness: "default", groupId: flag };
      const constraints =
        userIds.length === 0 ? [] : [{ contextName: "userId", operator: "IN", values: userIds }];
      const strategy = { name: "flexibleRollout", parameters, constraints };
      return admin("POST", `${environment(flag)}/strategies`, strategy);
    },
    strategies: (flag) => admin("GET", `${environment(flag)}/strategies`),
    flip: (flag, state) => admin("POST", `${environment(flag)}/${state}`),
    async isOn(flag, userId) {
      const context = { appName: "shop", userId };
      const question = { environment: "development", projects: ["default"], context };
      const { features } = await admin("POST", "/playground", question);
      return features.some((one: { name: string; isEnabled: boolean }) => one.name === flag && one.isEnabled);
    },
  };
}
