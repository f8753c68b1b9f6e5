// DynamoDB answers each call of the store with each error that its model declares: each error has its own sentence.
import { declaredErrors } from "@sym/api-descriptions/declared-errors";
import { type HttpReply, startInBetween } from "@sym/stand-ins/in-between";
import { expect, test } from "vitest";
import type { Overheard } from "./foreign-answers.test-support.ts";
import { passTime } from "./table-time.ts";

const ownWords = "AWS's own words for it";

/** `error`: the status and the code. */
function replyOf(error: string): HttpReply {
  const [status, code] = error.split(" ");
  return {
    status: Number(status),
    headers: { "x-amzn-requestid": "11111111-2222-4333-8444-555555555555" },
    body: JSON.stringify({ __type: code, message: ownWords }),
  };
}

type Play = (
  between: Awaited<ReturnType<typeof startInBetween>>,
  act: (overheard: Omit<Overheard, "state">) => Promise<void>,
) => Promise<void>;

/** One test for each call of the store: every declared error meets the escalate and the deescalate of a request. */
export function testDynamoDbErrors(play: Play): void {
  for (const call of ["GetItem", "PutItem", "Query", "UpdateItem"])
    test(`every error that AWS declares for dynamodb:${call} has its own error sentence`, async () => {
      const between = await startInBetween();
      try {
        await play(between, async ({ dynamoDb, send, event }) => {
          for (const [number, error] of declaredErrors("dynamodb", call).entries()) {
            for (const type of ["escalate", "deescalate"] as const) {
              between.answer(call, replyOf(error));
              const { answer } = await send(event(type, number));
              between.answer(call, undefined);
              expect(JSON.stringify(answer), error).not.toMatch(
                /Something unexpected|AWS's own words|did not come from/,
              );
            }
            await passTime(dynamoDb, 600_000);
            await send(event("deescalate", number));
            await passTime(dynamoDb, 600_000);
            await send({ event: { type: "sweep" } });
          }
        });
      } finally {
        await between.close();
      }
    });
}
