import { flowInAws } from "@sym/flow-functions/deps";
import { misconfigured } from "@sym/lambda-core";

/** What the listeners work with. Throws if the function has no settings of Slack. */
export function connected() {
  const { slack, ...flow } = flowInAws();
  if (slack !== undefined) return { ...flow, ...slack };
  throw misconfigured(
    "SLACK_SECRET is missing; deploy the function with infra/flow, which sets the variable",
  );
}
