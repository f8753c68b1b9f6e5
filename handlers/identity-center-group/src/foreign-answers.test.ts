import { testForeignAnswers } from "@sym/local-lambda/foreign-answers.test-support";
import { deescalate, escalate, inStore, withRun } from "./world.test-support.ts";

const play: Parameters<typeof testForeignAnswers>[0]["play"] = (between, act) =>
  inStore(
    async ({ sandbox, store, dynamoDb, send, fresh }) => {
      between.passTo(sandbox.url);
      await act({
        dynamoDb,
        send,
        fresh,
        event: (type, number) => withRun(type === "escalate" ? escalate : deescalate, number),
        state: () => store.members("prod-admins").join() || "none",
      });
    },
    { environment: { AWS_ENDPOINT_URL: between.url } },
  );

testForeignAnswers({ play, short: "an empty response" });
