import type { Need, NeededResource } from "../kernel/call.ts";
import type { Asked } from "./need.ts";

type Parameters = Record<string, unknown>;

const inTransactions: Record<string, string> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  Get: "GetItem",
  ConditionCheck: "ConditionCheckItem",
};

/**
 * A transaction needs the actions of its parts, a batch its own action on each table, and a query of an index the index,
 * not the table.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
export function dynamoDbNeeds(asked: Asked): Need[] {
  const { action, parameters } = asked.operation;
  const table = (name: unknown, index?: unknown) => tableOf(asked, String(name), index);
  const one = (resources: NeededResource[], name = action): Need => ({
    action: `dynamodb:${name}`,
    resources,
  });
  if (action.startsWith("Transact")) {
    const items = (parameters["TransactItems"] ?? []) as Record<string, Parameters>[];
    return items.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName }]) =>
        one([table(TableName)], inTransactions[kind] ?? kind),
      ),
    );
  }
  if (action.startsWith("Batch"))
    return [one(Object.keys(parameters["RequestItems"] ?? {}).map((name) => table(name)))];
  if (parameters["TableName"] === undefined) return [one([{ type: "*", arn: "*" }])];
  const index = action === "Query" || action === "Scan" ? parameters["IndexName"] : undefined;
  return [one([table(parameters["TableName"], index)])];
}

/** A request may name a table by its ARN. */
function tableOf({ caller, region }: Asked, name: string, index: unknown): NeededResource {
  const arn = name.startsWith("arn:") ? name : `arn:aws:dynamodb:${region}:${caller.account}:table/${name}`;
  return index === undefined ? { type: "table", arn } : { type: "index", arn: `${arn}/index/${index}` };
}
