import type { Forecast } from "@sym/lambda-core";
import type { FlagAccess } from "./resolve.ts";

/**
 * The durations of the deployment strategies that AWS predefines, except `AppConfig.AllAtOnce`, which has none. The function
 * may not read the durations of other strategies. Source: AWS AppConfig user guide, "Using predefined deployment strategies".
 */
const durations: Record<string, string> = {
  "AppConfig.Linear20PercentEvery6Minutes": "30 minutes",
  "AppConfig.Canary10Percent20Minutes": "20 minutes",
  "AppConfig.Linear50PercentEvery30Seconds": "a minute",
};

/** The effects of a strategy with a known duration: neither the switch nor its end takes effect at once. */
export function rolloutOf({ strategy }: FlagAccess): Forecast {
  const duration = Object.hasOwn(durations, strategy) ? durations[strategy] : undefined;
  if (duration === undefined) return {};
  return {
    pending: `AppConfig rolls out the switch over ${duration}`,
    residualAccess: `At the end, AppConfig also restores the flag over ${duration}.`,
  };
}
