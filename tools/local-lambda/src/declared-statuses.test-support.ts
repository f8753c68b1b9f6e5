// Each failure status in a system's OpenAPI description meets each call of a handler: the answer must name the cause.
import { descriptionOf } from "@sym/api-descriptions/description";
import { findOperation } from "@sym/api-descriptions/find-operation";
import { type HttpReply, type InBetween, startInBetween } from "@sym/stand-ins/in-between";
import { expect, test } from "vitest";
import type { Overheard } from "./foreign-answers.test-support.ts";
import { passTime } from "./table-time.ts";

type Play = (between: InBetween, act: (overheard: Overheard) => Promise<void>) => Promise<void>;

const ownWords = "the system's own words";
const withoutReason = /unexpected|look up the reason|the system's own words|did not come from/;

/** One test for each event. `system` names the OpenAPI description. */
export function testDeclaredStatuses(system: "github" | "launchdarkly", play: Play): void {
  for (const type of ["escalate", "deescalate"] as const)
    test(`every error status that ${system} declares for a call of ${type} has its own error sentence`, async () => {
      const between = await startInBetween();
      try {
        await play(between, async (overheard) => {
          const calls = await callsOf(between, overheard, type);
          const failures = calls.flatMap((call) =>
            failuresOf(system, call).map((status) => ({ call, status })),
          );
          expect(failures.length).toBeGreaterThan(calls.length);
          const problems: string[] = [];
          for (const [index, failure] of failures.entries()) {
            const errors = await errorsUnder(between, overheard, { type, number: index + 1, ...failure });
            if (errors.some((error) => withoutReason.test(error)))
              problems.push(`${failure.call}, ${failure.status}: ${errors.join(" ")}`);
          }
          expect(problems).toEqual([]);
        });
      } finally {
        await between.close();
      }
    });
}

/** The calls of an event to the described system, in a cold function. */
async function callsOf(between: InBetween, { fresh, event }: Overheard, type: "escalate" | "deescalate") {
  const send = fresh();
  await send(event("escalate", 0));
  const ofEscalate = between.take();
  await fresh()(event("deescalate", 0));
  const calls = type === "escalate" ? ofEscalate : between.take();
  return calls.filter((call) => / \//.test(call) && !call.includes("graphql"));
}

/** The failure statuses of a call in the description. */
function failuresOf(system: string, call: string): number[] {
  const [method = "", path = ""] = call.split(" ");
  const exchange = { system, method, path: path.replaceAll("*", "1"), headers: {}, body: "" };
  const found = findOperation(exchange as Parameters<typeof findOperation>[0]);
  if (!found) throw new Error(`${descriptionOf(system).source} does not describe ${call}`);
  return Object.keys(found.operation.responses)
    .map(Number)
    .filter((status) => status >= 400);
}

type Failure = { type: "escalate" | "deescalate"; number: number; call: string; status: number };

/** The errors in the answer to an event while a call fails. Ends the request afterwards. */
async function errorsUnder(between: InBetween, overheard: Overheard, failure: Failure): Promise<string[]> {
  const { send, fresh, event, dynamoDb } = overheard;
  const { type, number, call, status } = failure;
  if (type === "deescalate") await send(event("escalate", number));
  between.answer(call, replyOf(status));
  const { answer } = await fresh()(event(type, number));
  between.answer(call, undefined);
  await send(event("deescalate", number));
  await passTime(dynamoDb, 600_000);
  await send({ event: { type: "sweep" } });
  return answer.errors;
}

function replyOf(status: number): HttpReply {
  return {
    status,
    // A limit that lasts longer than the function.
    headers: { "content-type": "application/json", ...(status === 429 && { "retry-after": "3600" }) },
    body: JSON.stringify({ message: ownWords, code: "some_code", documentation_url: "", errors: [] }),
  };
}
