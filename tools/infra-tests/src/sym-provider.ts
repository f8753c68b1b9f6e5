import type { SymApi } from "@sym/stand-ins/sym-api";
import { version } from "../sym/schema.ts";
import { startStandInProvider } from "../sym/stand-in.ts";
import type { Mirrors } from "./terraform.ts";

/** The provider for `infra/sym`: its mirrors, and its environment variables. */
export type SymProvider = {
  mirrors: Mirrors;
  environment: Record<string, string>;
  close(): Promise<void>;
};

const mirror = process.env["SYM_PROVIDER_MIRROR"];

/** For test titles: the real provider if `SYM_PROVIDER_MIRROR` names a mirror with the provider. */
export const symProviderName = mirror
  ? "the provider symopsio/sym"
  : `a stand-in for the provider symopsio/sym ${version}`;

/** Starts the real provider or the stand-in. Both send their requests to this API. */
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
