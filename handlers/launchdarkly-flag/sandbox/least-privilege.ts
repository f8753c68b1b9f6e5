import { commonScenes, throttled } from "@sym/infra-tests/least-privilege/common-scenes";
import { known } from "@sym/infra-tests/least-privilege/known";
import { requestsFor, robin, type Story } from "@sym/infra-tests/least-privilege/story";
import type { Sandbox } from "@sym/stand-ins/sandbox";

const secret = "flags/launchdarkly";
const toggles = ["shop/production/new-checkout"];
const flag = { project: "shop", environment: "production", flag: "new-checkout" };
const target = { ...flag, variation: "beta" };
const beta = requestsFor(target);
const off = requestsFor({ ...flag, mode: "toggle", variation: "off" });
const seesBeta = ({ launchDarkly }: Sandbox) =>
  launchDarkly.target("shop", "new-checkout", "production", robin, "beta");

/** LaunchDarkly's action of a role by the kind of instruction. https://launchdarkly.com/docs/home/account/roles/role-actions */
const actions: Record<string, string> = {
  addTargets: "`updateTargets`",
  removeTargets: "`updateTargets`",
  addExpiringTarget: "`updateExpiringTargets`",
  updateExpiringTarget: "`updateExpiringTargets`",
  removeExpiringTarget: "`updateExpiringTargets`",
  turnFlagOn: "`updateOn`",
  turnFlagOff: "`updateOn`",
};

export const story: Story = {
  handler: "launchdarkly-flag",
  variable: () => ({ secret_name: secret, toggle_allowed: toggles }),
  target,
  servers: ({ env }) => ({ LAUNCHDARKLY_URL: env.LAUNCHDARKLY_URL }),
  environment: () => ({
    LAUNCHDARKLY_SECRET: secret,
    TOGGLE_ALLOWED: JSON.stringify(toggles),
  }),
  seed({ env, launchDarkly, secretsManager }) {
    secretsManager.putSecret(secret, env.LAUNCHDARKLY_TOKEN);
    secretsManager.putSecret("somebody/else", "text");
    launchDarkly.createFlag("shop", "new-checkout", { variations: ["beta", "classic"] });
  },
  holds: ({ launchDarkly }) =>
    launchDarkly.targeted("shop", "new-checkout", "production", robin) ?? "nothing",
  scenes: [
    ...commonScenes("LaunchDarkly target", beta, seesBeta),
    throttled("LaunchDarkly target", beta, ["GetSecretValue"]),
    {
      name: "LaunchDarkly toggle: switched, and put back",
      async play({ act }) {
        await act(off.first.escalate, "granted");
        await act(off.first.deescalate, "revoked");
      },
    },
  ],
  neighbours: [
    {
      name: "another secret",
      async play({ restart }) {
        const { refused } = restart({ LAUNCHDARKLY_SECRET: "somebody/else" });
        await refused(
          beta.first.escalate,
          /^This function is not allowed to call secretsmanager:GetSecretValue/,
        );
      },
    },
  ],
  outsideAws: {
    title: "LaunchDarkly",
    rowsOf: (calls) =>
      calls
        .filter(({ service }) => service === "launchdarkly")
        .flatMap(({ route, parameters }) => {
          const instructions = (parameters["instructions"] ?? []) as { kind: string }[];
          if (instructions.length === 0)
            return [{ call: `\`${route}\``, permission: "`viewProject` on the project" }];
          return instructions.map(({ kind }) => ({
            call: `\`${route}\` with \`${kind}\``,
            permission: `${known(actions, kind)} on the flag in the environment`,
          }));
        }),
  },
};
