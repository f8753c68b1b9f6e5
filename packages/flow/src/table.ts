import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";

/** The attribute of DynamoDB's time to live, in seconds since the epoch. */
export const ttlAttribute = "expires";

/** The attribute of each index's partition. Only open requests have `open_key`, so its index stays small. */
export const indexAttributes = {
  person: "person_key",
  target: "target_key",
  status: "status_key",
  open: "open_key",
} as const;

export type IndexName = keyof typeof indexAttributes;

/**
 * The table of requests, as the input of CreateTable. Time to live needs a separate call, for `ttlAttribute`. Keys hold ids, a
 * target's key, a status, times and hashes: never an e-mail or a reason.
 */
export function requestsTable(name: string) {
  const partitions = Object.values(indexAttributes).map((AttributeName) => ({
    AttributeName,
    AttributeType: "S" as const,
  }));
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      ...partitions,
      { AttributeName: "asked_at", AttributeType: "N" },
    ],
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    GlobalSecondaryIndexes: Object.entries(indexAttributes).map(([IndexName, AttributeName]) => ({
      IndexName,
      KeySchema: [
        { AttributeName, KeyType: "HASH" as const },
        { AttributeName: "asked_at", KeyType: "RANGE" as const },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" as const },
    })),
  } satisfies CreateTableCommandInput;
}
