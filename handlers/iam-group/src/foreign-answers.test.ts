import { testDynamoDbErrors } from "@sym/local-lambda/dynamodb-errors.test-support";
import { testForeignAnswers } from "@sym/local-lambda/foreign-answers.test-support";
import { deescalate, escalate, inAccount, robin, withRun, withSettings } from "./world.test-support.ts";

const role = "arn:aws:iam::210987654321:role/sym-iam-group";

const play: Parameters<typeof testForeignAnswers>[0]["play"] = (between, act) =>
  inAccount(
    async ({ sandbox, dynamoDb, send, fresh }) => {
      between.passTo(sandbox.url, dynamoDb.env.AWS_ENDPOINT_URL_DYNAMODB);
      sandbox.sts.createRole(role);
      const other = sandbox.iam.account("210987654321");
      other.createUser(robin);
      other.createGroup("prod-admins");
      await act({
        dynamoDb,
        send,
        fresh,
        event: (type, number) =>
          withRun(
            withSettings(type === "escalate" ? escalate : deescalate, { role_arn: role }),
            `run-${number}`,
          ),
        state: () => other.members("prod-admins").join() || "none",
      });
    },
    { AWS_ENDPOINT_URL: between.url, AWS_ENDPOINT_URL_DYNAMODB: between.url },
  );

testForeignAnswers({ play });
testDynamoDbErrors(play);
