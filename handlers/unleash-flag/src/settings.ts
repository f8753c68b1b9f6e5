import { contextKeyHint, contextKeyTemplate, type FlagRules, readFlagRules } from "@sym/flags";
import { type Connection, readConnection } from "@sym/http-client";
import { type FunctionEnvironment, readTargetSettings, type SymRequest } from "@sym/lambda-core";
import * as v from "valibot";

export const system = "Unleash";

export type UnleashSettings = FlagRules & { connection: Connection };

/** Reads `UNLEASH_URL`, and `UNLEASH_SECRET` or `UNLEASH_TOKEN`; and the rules of all flag handlers. */
export function readEnvironment(environment: FunctionEnvironment): UnleashSettings {
  const connection = readConnection(environment, { system, prefix: "UNLEASH" });
  return { connection, ...readFlagRules(environment) };
}

/** Unleash's names are URL-friendly: `encodeURIComponent` does not change a name. Source: `nameType` of Unleash 8.2. */
const name = v.pipe(v.string(), v.regex(/^(?!\.{1,2}$)[\w.!~*'()-]{1,256}$/));
const place = { project: name, environment: name, flag: name };

const target = v.variant("mode", [
  v.object({
    mode: v.optional(v.literal("target-user"), "target-user"),
    ...place,
    variation: v.optional(v.never()),
    context_key: contextKeyTemplate,
  }),
  v.object({ mode: v.literal("toggle"), ...place, variation: v.optional(v.picklist(["on", "off"]), "on") }),
]);

const hints = {
  mode: "target-user or toggle",
  project: "the project's id",
  environment: "the environment's name",
  flag: "the flag's name",
  variation: "on or off; leave it out in mode target-user",
  context_key: contextKeyHint,
};

export function readTarget(request: Pick<SymRequest, "target">): v.InferOutput<typeof target> {
  return readTargetSettings(request, target, hints);
}
