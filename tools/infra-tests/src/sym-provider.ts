import type { SymApi } from "@sym/stand-ins/sym-api";
import { version } from "../sym/schema.ts";
import { startStandInProvider } from "../sym/stand-in.ts";
import type { Mirrors } from "./terraform.ts";

/** The provider that `infra/sym` runs with: where Terraform finds it, and what it needs in the environment. */
export type SymProvider = {
  mirrors: Mirrors;
  environment: Record<string, string>;
  close(): Promise<void>;
};

const mirror = process.env["SYM_PROVIDER_MIRROR"];

/** For the titles of tests: the real provider if `SYM_PROVIDER_MIRROR` names a mirror that has it. */
export const symProviderName = mirror
  ? "the provider symopsio/sym"
  : `a stand-in for the provider symopsio/sym ${version}`;

/** Starts what there is; either sends its requests to this API. */
export async function startSymProvider(api: SymApi): Promise<SymProvider> {
  if (mirror)
    return {
      mirrors: { symopsio: mirror },
      environment: api.env,
      close: async () => {},
    };
  const standIn = await startStandInProvider({ url: api.env.SYM_API_URL, token: api.env.SYM_JWT });
  return {
    mirrors: {},
    environment: { ...api.env, TF_REATTACH_PROVIDERS: standIn.reattach },
    close: standIn.close,
  };
}
