import { handlersWithSystem, loadSystem } from "@sym/conformance/sandbox-systems";
import { testPayload } from "@sym/test-payloads/payloads";

type System = Awaited<ReturnType<typeof loadSystem>>;

/** What is measured of one handler: its target system, the settings of its target, the function's own environment. */
export type Subject = {
  handler: string;
  system: System;
  settings: Record<string, string>;
  environment: Record<string, string>;
  /** Settings of the target for cold starts, where the grant would otherwise wait for the target system. */
  coldStart?: Record<string, string>;
  /** What the function needs besides where the network is stubbed, and has no addresses of the sandbox. */
  stubbed?: Record<string, string>;
};

/** The function that the test payloads are for. */
export const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:sym-access";

/** The person that the test payloads are about. */
export const requester = "robin.requester@example.com";

/** The handler that the peer in `peers` does the job of. */
export const peerHandler = "iam-group";

/** What is measured otherwise than the conformance suite sets it up. */
const special: Record<string, Partial<Subject>> = {
  "appconfig-flag": { coldStart: { deployment_strategy: "AppConfig.Canary10Percent20Minutes" } },
  "github-team": {
    environment: {
      // The ids that the stand-in gives out count from 1001; the organisation has the first.
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

/** A payload for the subject's target; `run` tells runs apart. */
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
