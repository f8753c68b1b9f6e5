import { findBundle } from "@sym/local-lambda/handler-bundles";
import { type LocalLambda, startLocalLambda } from "@sym/local-lambda/local-lambda";
import { emptyTable, passTime } from "@sym/local-lambda/table-time";
import { mapAddresses } from "./addresses.ts";
import type { Circumstance } from "./budgets.ts";
import { type Recorder, sequential, startRecorder } from "./recording-proxy.ts";
import { functionArn, payloadFor, type Subject } from "./subjects.ts";
import { type BenchWorld, startWorld } from "./world.ts";

/** `sequential`: the round trips for which the requester waits. `calls`: all calls. */
export type RoundTrips = { sequential: number; calls: number };

export type Counted = Record<"escalate" | "deescalate", Partial<Record<Circumstance, RoundTrips>>>;

const latency = 250; // In milliseconds. Parallel requests are a few milliseconds apart.
const anHour = 60 * 60 * 1_000;

/** Counts the round trips of both events of a usual request: granted, and revoked an hour later. */
export async function countRoundTrips(subject: Subject): Promise<Counted> {
  const world = await startWorld(subject);
  const recorder = startRecorder(latency);
  const environment = await mapAddresses(world.environment, recorder.inFrontOf);
  const [first, second] = [1, 2].map(() =>
    startLocalLambda({ bundle: findBundle(subject.handler), functionArn, environment }),
  ) as [LocalLambda, LocalLambda];
  const count = (lambda: LocalLambda, type: "escalate" | "deescalate", run: number) =>
    countOne(recorder, world, lambda, payloadFor(subject, type, run));
  try {
    const escalate = { cold: await count(first, "escalate", 1) };
    const deescalate = { cold: await count(second, "deescalate", 1) };
    const recorded = await count(first, "escalate", 2);
    const warmEnd = await count(first, "deescalate", 2);
    await emptyTable(world.dynamoDb); // As after 30 days.
    const warm = await count(first, "escalate", 3);
    return {
      escalate: { ...escalate, warm, recorded },
      deescalate: { ...deescalate, warm: warmEnd },
    };
  } finally {
    await Promise.all([first.close(), second.close()]);
    await recorder.close();
    await world.close();
  }
}

async function countOne(
  { exchanges }: Recorder,
  { dynamoDb }: BenchWorld,
  lambda: LocalLambda,
  payload: unknown,
): Promise<RoundTrips> {
  exchanges.length = 0;
  const { payload: answer } = await lambda.invoke(payload);
  const { errors } = answer as { errors: string[] };
  if (errors.length > 0)
    throw new Error(`The request failed, so its round trips cannot be counted: ${errors.join("; ")}`);
  const counted = { sequential: sequential(exchanges), calls: exchanges.length };
  await passTime(dynamoDb, anHour);
  return counted;
}
