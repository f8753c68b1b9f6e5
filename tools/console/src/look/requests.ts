import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { UsageError } from "@sym/command-line/usage-error";
import { type AccessRequest, dynamoDbStore, type RequestStore, type Status, statuses } from "@sym/flow";
import { SymError } from "@sym/lambda-core";

const mostOfStatus = 300;
const readsAtOnce = 25;

/** The requests of a deployed flow: the newest of each status. */
export type Requests = { requests: AccessRequest[]; broken: string[] };

export function requestsIn(table: string): { all(): Promise<Requests>; one: RequestStore["read"] } {
  const store = dynamoDbStore(table, { client: new DynamoDBClient({}) });

  async function all(): Promise<Requests> {
    const ids = await Promise.all(
      statuses.map((status: Status) => store.ids({ status, limit: mostOfStatus })),
    );
    const requests: AccessRequest[] = [];
    const broken: string[] = [];
    const readInto = async (id: string) => {
      try {
        const request = await store.read(id);
        if (request !== undefined) requests.push(request);
      } catch (error) {
        if (!(error instanceof SymError) || error.retryable) throw error;
        broken.push(id);
      }
    };
    const unique = [...new Set(ids.flat())];
    for (let start = 0; start < unique.length; start += readsAtOnce)
      await Promise.all(unique.slice(start, start + readsAtOnce).map(readInto));
    return { requests: requests.sort((a, b) => b.times.asked - a.times.asked), broken };
  }

  return { all: () => all().catch(toUsageError), one: (id) => store.read(id).catch(toUsageError) };
}

function toUsageError(error: unknown): never {
  if (error instanceof SymError) throw new UsageError(`The requests were not read: ${error.message}.`);
  throw error;
}
