// The door of Slack: commands, forms and clicks of people in Slack, behind a route of the flow's API.
import { answeringChecks, variables } from "@sym/flow-functions/check";
import { connected } from "./connected.ts";
import { slack as answerSlack } from "./slack.ts";

export const slack = answeringChecks(answerSlack, {
  ...variables("STATE_MACHINE_ARN"),
  rules: () => connected().rules.check(),
  secret: async () => {
    await connected().api.secret.renewing(
      async () => undefined,
      () => false,
    );
    return "The function can read the secret of the Slack app";
  },
});
