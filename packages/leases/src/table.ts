import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";

/** The attribute that DynamoDB's time to live works by: epoch seconds. */
export const ttlAttribute = "expires";

/**
 * The table of leases and runs, as the input of CreateTable: the one definition that the sandbox, the tests and the
 * Terraform module agree with. Time to live is a call of its own: switch it on for `ttlAttribute`.
 *
 * The index holds only what is due, in one partition: DynamoDB gives one partition 1,000 writes and
 * 12 MB of eventually consistent reads a second, a request costs about four writes of 200 bytes over its whole life,
 * and people do not approve hundreds of requests a second. Source: DynamoDB developer guide, "Partition key design".
 */
export function leasesTable(name: string) {
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "due", AttributeType: "S" },
      { AttributeName: "due_at", AttributeType: "N" },
    ],
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: "due",
        KeySchema: [
          { AttributeName: "due", KeyType: "HASH" },
          { AttributeName: "due_at", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["host", "lease_key"] },
      },
    ],
  } satisfies CreateTableCommandInput;
}
