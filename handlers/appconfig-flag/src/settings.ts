import { readTargetSettings, type SymRequest } from "@sym/lambda-core";
import * as v from "valibot";

const id = v.pipe(v.string(), v.regex(/^[a-z0-9]{4,7}$/));
const strategyId = v.pipe(v.string(), v.regex(/^([a-z0-9]{4,7}|AppConfig\.[A-Za-z0-9]{9,40})$/));

const target = v.object({
  // A target with the mode of a single person must not change the flag for all users.
  mode: v.optional(v.literal("toggle")),
  project: id,
  environment: id,
  configuration_profile: id,
  flag: v.pipe(v.string(), v.regex(/^[A-Za-z][\w-]{0,63}$/)),
  variation: v.optional(v.picklist(["on", "off"]), "on"),
  deployment_strategy: v.optional(strategyId, "AppConfig.AllAtOnce"),
});

const hints = {
  mode: "toggle, or leave it out: AppConfig's basic flags apply to all users",
  project: "the application's id",
  environment: "the environment's id",
  configuration_profile: "the id of the configuration profile with the flags",
  flag: "the flag's key",
  variation: "on or off",
  deployment_strategy: "the id of a deployment strategy",
};

export function readTarget(request: Pick<SymRequest, "target">): v.InferOutput<typeof target> {
  return readTargetSettings(request, target, hints);
}
