import { handlersWithSystem, loadSystem } from "@sym/conformance/sandbox-systems";
import { testPayload } from "@sym/test-payloads/payloads";

type System = Awaited<ReturnType<typeof loadSystem>>;

/** A handler to measure: its target system, the target's settings, and the function's environment. */
export type Subject = {
  handler: string;
  system: System;
  settings: Record<string, string>;
  environment: Record<string, string>;
  /** Other settings of the target for cold starts, with which the grant does not wait for the target system. */
  coldStart?: Record<string, string>;
  /** Further variables of the function on the stubbed network, which has no addresses of the sandbox. */
  stubbed?: Record<string, string>;
};

/** The function's ARN in the test payloads. */
export const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:sym-access";

/** The requester in the test payloads. */
export const requester = "robin.requester@example.com";

/** The handler to which the peer in `peers` corresponds. */
export const peerHandler = "iam-group";

/** Differences from the set-up of the conformance suite. */
const special: Record<string, Partial<Subject>> = {
  "appconfig-flag": { coldStart: { deployment_strategy: "AppConfig.Canary10Percent20Minutes" } },
  "github-team": {
    environment: {
      // The stand-in's ids count from 1001; the organisation has the first id.
      GITHUB_INSTALLATIONS: "acme=1003",
      IDENTITY_RULE: "map",
      IDENTITY_MAP: JSON.stringify({ [requester]: "robin-requester" }),
    },
  },
  "unleash-flag": { stubbed: { UNLEASH_URL: "https://unleash.example.com" } },
};

/** Every handler of the workspace. */
export const subjects: Subject[] = await Promise.all(
  handlersWithSystem().map(async (handler) => {
    const system = await loadSystem(handler);
    const own = special[handler];
    const environment = { ...system.environment, ...own?.environment };
    return { ...own, handler, system, settings: system.settings, environment };
  }),
);

/** A payload for the subject's target; `run` is the number of the run. */
export function payloadFor(
  { settings }: Pick<Subject, "settings">,
  type: "escalate" | "deescalate",
  run = 1,
) {
  const payload = structuredClone(testPayload(`${type}.json`));
  Object.assign(payload.fields.target.settings, settings);
  payload.run.srn = payload.run.srn.replace(
    /[^:]+$/,
    `11111111-1111-4111-8111-${String(run).padStart(12, "0")}`,
  );
  return payload;
}
