import { testForeignAnswers } from "@sym/local-lambda/foreign-answers.test-support";
import { deescalate, escalate, inOrganization, withRun } from "./world.test-support.ts";

testForeignAnswers({
  play: (between, act) =>
    inOrganization(
      async ({ github, dynamoDb, send, beside, placeOf }) => {
        between.passTo(github.url);
        await act({
          dynamoDb,
          send,
          fresh: () => beside({}),
          event: (type, number) => withRun(type === "escalate" ? escalate : deescalate, number),
          state: () => placeOf("robin-r") ?? "none",
        });
      },
      { environment: { GITHUB_API_URL: between.url } },
    ),
});
