import { findBundle } from "@sym/local-lambda/handler-bundles";
import { type LocalLambda, startLocalLambda } from "@sym/local-lambda/local-lambda";
import { emptyTable, passTime } from "@sym/local-lambda/table-time";
import { mapAddresses } from "./addresses.ts";
import { type Recorder, sequential, startRecorder } from "./recording-proxy.ts";
import { functionArn, payloadFor, type Subject } from "./subjects.ts";
import { type BenchWorld, startWorld } from "./world.ts";

/** Round trips that a person waits for one after the other. `calls` is how many there were in all. */
export type RoundTrips = { sequential: number; calls: number };

/** In a process that has just started, and in one that has handled both events before. */
export type Counted = Record<"escalate" | "deescalate", Record<"cold" | "warm", RoundTrips>>;

const latency = 250; // In milliseconds. Requests that are sent side by side are a few milliseconds apart.
const anHour = 60 * 60 * 1_000;

/** Counts the round trips of both events, as a usual request has them: granted, and an hour later revoked. */
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
    await count(first, "escalate", 2);
    await count(first, "deescalate", 2);
    // As after 30 days: where there is still a lease of an earlier request, `find` takes a round more than the first time.
    await emptyTable(world.dynamoDb);
    return {
      escalate: { ...escalate, warm: await count(first, "escalate", 3) },
      deescalate: { ...deescalate, warm: await count(first, "deescalate", 3) },
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
  if (errors.length > 0) throw new Error(`Nothing to count, since the request failed: ${errors.join("; ")}`);
  const counted = { sequential: sequential(exchanges), calls: exchanges.length };
  await passTime(dynamoDb, anHour);
  return counted;
}
