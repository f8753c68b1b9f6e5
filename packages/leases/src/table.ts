import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";

/** The attribute of DynamoDB's time to live, in seconds since the epoch. */
export const ttlAttribute = "expires";

/**
 * The table of leases and runs, as the input of CreateTable. The sandbox and the tests use this definition, and the Terraform
 * module agrees with this definition. Time to live needs a separate call, for `ttlAttribute`.
 *
 * The index holds only due items, in one partition. DynamoDB gives a partition 1,000 writes and 12 MB of eventually
 * consistent reads a second; a request costs about four writes of 200 bytes over its whole life, and people do not approve
 * hundreds of requests a second. Source: DynamoDB developer guide, "Partition key design".
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
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["failing_since", "host", "lease_key"] },
      },
    ],
  } satisfies CreateTableCommandInput;
}
