import { commonScenes, throttled } from "@sym/infra-tests/least-privilege/common-scenes";
import { known } from "@sym/infra-tests/least-privilege/known";
import { requestsFor, robin, type Story } from "@sym/infra-tests/least-privilege/story";
import { startUnleash, type Unleash } from "@sym/stand-ins/unleash";

const secret = "flags/unleash";
const toggles = ["default/development/new-checkout"];
const target = { project: "default", environment: "development", flag: "new-checkout" };
const forRobin = requestsFor(target);
const switched = requestsFor({ ...target, mode: "toggle" });

let server: Unleash | undefined;
/** The number of Unleash's requests that already have a row. */
let told = 0;

function unleash(): Unleash {
  if (server) return server;
  throw new Error("Unleash does not run, so this story cannot be played");
}

async function seesItAnyway(): Promise<void> {
  await unleash().flags.addStrategy(target.flag, [robin]);
  await unleash().flags.flip(target.flag, "on");
}

const path = "/api/admin/projects/{project}/features/{flag}";

/** Unleash's permission by route, as named by its own routes in 8.2.0. */
const permissions: Record<string, string> = {
  [`GET ${path}`]: "none: any token that sees the project",
  [`POST ${path}/environments/{environment}/strategies`]: "`CREATE_FEATURE_STRATEGY`",
  [`DELETE ${path}/environments/{environment}/strategies/{strategy}`]: "`DELETE_FEATURE_STRATEGY`",
  [`POST ${path}/environments/{environment}/on`]: "`UPDATE_FEATURE_ENVIRONMENT`",
  [`POST ${path}/environments/{environment}/off`]: "`UPDATE_FEATURE_ENVIRONMENT`",
};

/** The route of a request such as `GET /api/admin/projects/default/features/a`. */
function routeOf(request: string): string {
  const fits = (route: string) => new RegExp(`^${route.replace(/\{\w+\}/g, "[^/]+")}$`).test(request);
  return Object.keys(permissions).find(fits) ?? request;
}

export const story: Story = {
  handler: "unleash-flag",
  variable: () => ({ url: "https://unleash.example.com", secret_name: secret, toggle_allowed: toggles }),
  target,
  servers: () => ({ UNLEASH_URL: unleash().url }),
  environment: () => ({ UNLEASH_SECRET: secret, TOGGLE_ALLOWED: JSON.stringify(toggles) }),
  async start() {
    server = await startUnleash();
    return server.close;
  },
  async seed({ secretsManager }) {
    secretsManager.putSecret(secret, unleash().token);
    secretsManager.putSecret("somebody/else", "text");
    await unleash().flags.create(target.flag); // Unlike the sandbox, Unleash keeps the last scene's flag.
  },
  holds: () => unleash().flags.isOn(target.flag, robin),
  scenes: [
    ...commonScenes("Unleash strategy", forRobin, seesItAnyway),
    throttled("Unleash strategy", forRobin, ["GetSecretValue"]),
    {
      name: "Unleash toggle: switched, and put back",
      async play({ act }) {
        await act(switched.first.escalate, "granted");
        await act(switched.first.deescalate, "revoked");
      },
    },
  ],
  neighbours: [
    {
      name: "another secret",
      async play({ restart }) {
        const { refused } = restart({ UNLEASH_SECRET: "somebody/else" });
        await refused(
          forRobin.first.escalate,
          /^This function is not allowed to call secretsmanager:GetSecretValue/,
        );
      },
    },
  ],
  outsideAws: {
    title: "Unleash",
    rowsOf() {
      const asked = unleash().requests.slice(told);
      told += asked.length;
      return asked.map((request) => {
        const route = routeOf(request);
        return { call: `\`${route}\``, permission: known(permissions, route) };
      });
    },
  },
};
