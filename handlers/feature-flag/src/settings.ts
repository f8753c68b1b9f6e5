import { SymError, type SymRequest } from "@sym/lambda-core";
import * as v from "valibot";

/** Where a flag system is, and its token: as it is, or by the name of the secret in Secrets Manager that holds it. */
export type Connection = { url: string; token?: string; secret?: string };

/** What the function's environment says. */
export type Settings = {
  launchdarkly: Connection;
  unleash: Connection;
  /** `project/environment/flag` of each flag that may be switched for everybody. */
  toggleAllowed: string[];
  /** Domains of which no two people share a local part, in lower case. */
  domains: string[];
  keepsLeases: boolean;
};

const key = v.pipe(v.string(), v.regex(/^(?!\.{1,2}$)[\w.~-]{1,256}$/));
const awsId = v.pipe(v.string(), v.regex(/^[a-z0-9]{4,7}$/));
const place = { project: key, environment: key, flag: key };
const contextKey = v.optional(
  v.pipe(v.string(), v.regex(/^[^{}]*\{(email|local|sha256)\}[^{}]*$/)),
  "{email}",
);
const onOrOff = v.optional(v.picklist(["on", "off"]), "on");

const shapes = {
  "launchdarkly target-user": v.object({
    ...place,
    variation: v.pipe(v.string(), v.maxLength(256)),
    context_key: contextKey,
    context_kind: v.optional(key, "user"),
  }),
  "launchdarkly toggle": v.object({ ...place, variation: onOrOff }),
  "unleash target-user": v.object({
    ...place,
    variation: v.optional(v.never()),
    context_key: contextKey,
  }),
  "unleash toggle": v.object({ ...place, variation: onOrOff }),
  "appconfig toggle": v.object({
    project: awsId,
    environment: awsId,
    flag: v.pipe(v.string(), v.regex(/^[A-Za-z][\w-]{0,63}$/)),
    configuration_profile: awsId,
    deployment_strategy: v.optional(
      v.pipe(v.string(), v.regex(/^([a-z0-9]{4,7}|AppConfig\.[A-Za-z0-9]{9,40})$/)),
      "AppConfig.AllAtOnce",
    ),
    variation: onOrOff,
  }),
};

type Shapes = { [K in keyof typeof shapes]: { kind: K } & v.InferOutput<(typeof shapes)[K]> };

/** The settings of a target, told apart by provider and mode. */
export type TargetSettings = Shapes[keyof Shapes];

const hints: Record<string, string> = {
  provider: "launchdarkly, unleash or appconfig",
  mode: "target-user or toggle; for AppConfig, which knows no persons, only toggle",
  project: "the project's key; for AppConfig, the application's id",
  environment: "the environment's key or name; for AppConfig, its id",
  flag: "the flag's key",
  variation: "a variation of the flag; for a toggle, on or off; for a person in Unleash, nothing",
  context_key: "a text with one of {email}, {local} and {sha256} in it",
  context_kind: "a kind of context, such as user",
  configuration_profile: "the id of the configuration profile with the flags",
  deployment_strategy: "the id of a deployment strategy",
};

/** Reads the settings of the target that was asked for. An empty setting counts as left out. */
export function readTarget({ target }: SymRequest): TargetSettings {
  const given: Record<string, string> = { mode: "target-user" };
  for (const [name, value] of Object.entries(target.settings)) if (value !== "") given[name] = value;
  const wrong = (name: string) =>
    new SymError(
      `Target ${target.name} has ${given[name] === undefined ? "nothing" : `"${given[name]}"`} as its setting ${name}; set it to ${hints[name]}`,
      { reason: "refused", path: `fields.target.settings.${name}` },
    );
  const kinds = Object.keys(shapes) as (keyof typeof shapes)[];
  const kind = kinds.find((one) => one === `${given["provider"]} ${given["mode"]}`);
  if (!kind) throw wrong(kinds.some((one) => one.startsWith(`${given["provider"]} `)) ? "mode" : "provider");
  const parsed = v.safeParse(shapes[kind], given, { abortEarly: true });
  if (!parsed.success) throw wrong(v.getDotPath(parsed.issues[0]) ?? "provider");
  return { kind, ...parsed.output } as TargetSettings;
}

const toggleList = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.pipe(v.string(), v.regex(/^[^/]+(\/[^/]+){2}$/))),
);

/**
 * Reads `LAUNCHDARKLY_URL` and `UNLEASH_URL`, their `…_SECRET` or `…_TOKEN`, `TOGGLE_ALLOWED` and
 * `CONTEXT_KEY_DOMAINS`. Whether a token is there shows when it is needed: most functions use one provider.
 */
export function readEnvironment(environment: Record<string, string | undefined>): Settings {
  const toggles = v.safeParse(toggleList, environment["TOGGLE_ALLOWED"] || "[]");
  if (!toggles.success)
    throw misconfigured(
      'TOGGLE_ALLOWED must be a JSON list of project/environment/flag, such as ["shop/production/new-checkout"]',
    );
  const connection = (name: string, otherwise: string): Connection => {
    const url = environment[`${name}_URL`] || otherwise;
    // A token must not travel in the clear, except within this machine.
    if (url !== "" && !/^(https:\/\/[^/?#]|http:\/\/(localhost|127\.0\.0\.1)[:/])[^?#]*$/.test(`${url}/`))
      throw misconfigured(`${name}_URL is "${url}", but must be an https URL`);
    const { [`${name}_TOKEN`]: token, [`${name}_SECRET`]: secret } = environment;
    return { url: url.replace(/\/+$/, ""), ...(token && { token }), ...(secret && { secret }) };
  };
  return {
    launchdarkly: connection("LAUNCHDARKLY", "https://app.launchdarkly.com"),
    unleash: connection("UNLEASH", ""),
    toggleAllowed: toggles.output,
    domains: (environment["CONTEXT_KEY_DOMAINS"] ?? "")
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
    keepsLeases: environment["LEASES"] !== "off",
  };
}

export function misconfigured(problem: string): SymError {
  return new SymError(`This function is misconfigured: ${problem}`, { reason: "refused" });
}
