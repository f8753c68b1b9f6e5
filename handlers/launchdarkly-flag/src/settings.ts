import { contextKeyHint, contextKeyTemplate, type FlagRules, readFlagRules } from "@sym/flags";
import { type Connection, readConnection } from "@sym/http-client";
import { type FunctionEnvironment, readTargetSettings, type SymRequest } from "@sym/lambda-core";
import * as v from "valibot";

export const system = "LaunchDarkly";

export type LaunchDarklySettings = FlagRules & { connection: Connection };

/** Reads `LAUNCHDARKLY_URL`, and `LAUNCHDARKLY_SECRET` or `LAUNCHDARKLY_TOKEN`; and the rules of all flag handlers. */
export function readEnvironment(environment: FunctionEnvironment): LaunchDarklySettings {
  const defaultUrl = "https://app.launchdarkly.com";
  const connection = readConnection(environment, { system, prefix: "LAUNCHDARKLY", defaultUrl });
  return { connection, ...readFlagRules(environment) };
}

/** A key of LaunchDarkly that is safe in a URL path. */
const key = v.pipe(v.string(), v.regex(/^(?!\.{1,2}$)[\w.~-]{1,256}$/));
const place = { project: key, environment: key, flag: key };

const target = v.variant("mode", [
  v.object({
    mode: v.optional(v.literal("target-user"), "target-user"),
    ...place,
    variation: v.pipe(v.string(), v.maxLength(256)),
    context_key: contextKeyTemplate,
    context_kind: v.optional(key, "user"),
  }),
  v.object({ mode: v.literal("toggle"), ...place, variation: v.optional(v.picklist(["on", "off"]), "on") }),
]);

const hints = {
  mode: "target-user or toggle",
  project: "the project's key",
  environment: "the environment's key",
  flag: "the flag's key",
  variation: "a variation of the flag; for a toggle, on or off",
  context_key: contextKeyHint,
  context_kind: "a kind of context, such as user",
};

export function readTarget(request: Pick<SymRequest, "target">): v.InferOutput<typeof target> {
  return readTargetSettings(request, target, hints);
}
