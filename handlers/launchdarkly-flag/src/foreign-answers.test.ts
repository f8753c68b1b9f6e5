import { testDeclaredStatuses } from "@sym/local-lambda/declared-statuses.test-support";
import { testForeignAnswers } from "@sym/local-lambda/foreign-answers.test-support";
import { inSandbox, requests, robin, withRun } from "./world.test-support.ts";

const person = requests({
  project: "shop",
  environment: "production",
  flag: "new-checkout",
  variation: "on",
});

const play: Parameters<typeof testForeignAnswers>[0]["play"] = (between, act) =>
  inSandbox(
    async ({ sandbox: { launchDarkly }, dynamoDb, send, beside }) => {
      launchDarkly.createFlag("shop", "new-checkout");
      between.passTo(launchDarkly.url);
      await act({
        dynamoDb,
        send,
        fresh: () => beside({}).send,
        event: (type, number) => withRun(person.robin(type), number),
        state: () => launchDarkly.targeted("shop", "new-checkout", "production", robin) ?? "none",
      });
    },
    { LAUNCHDARKLY_URL: between.url },
  );

testForeignAnswers({ play, short: "unrelated JSON" });
testDeclaredStatuses("launchdarkly", play);
