import { testDeclaredStatuses } from "@sym/local-lambda/declared-statuses.test-support";
import { testForeignAnswers } from "@sym/local-lambda/foreign-answers.test-support";
import { deescalate, escalate, inOrganization, robin, withRun, withSettings } from "./world.test-support.ts";

const play: Parameters<typeof testForeignAnswers>[0]["play"] = (between, act) =>
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
  );

testForeignAnswers({ play, short: "a proxy's own page with status 404" });
testDeclaredStatuses("github", play);

testForeignAnswers({
  of: " to an invitation",
  short: "unrelated JSON",
  play: (between, act) =>
    inOrganization(
      async ({ sandbox, github, dynamoDb, send, beside, placeOf }) => {
        between.passTo(github.url);
        github.createUser("robin-new");
        sandbox.secretsManager.putSecret("sym/github-token", github.createToken("olga-o"));
        await act({
          dynamoDb,
          send,
          fresh: () => beside({}),
          event: (type, number) =>
            withSettings(withRun(type === "escalate" ? escalate : deescalate, number), { invite: "true" }),
          state: () => [placeOf("robin-new"), ...github.invitations("acme")].join() || "none",
        });
      },
      {
        environment: {
          GITHUB_API_URL: between.url,
          GITHUB_APP_ID: "",
          GITHUB_PRIVATE_KEY_SECRET: "",
          GITHUB_TOKEN_SECRET: "sym/github-token",
          IDENTITY_RULE: "map",
          IDENTITY_MAP: JSON.stringify({ [robin]: "robin-new" }),
        },
      },
    ),
});
