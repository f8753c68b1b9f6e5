import { QueryCommand, type QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import { due as duePartition, isRun, number, readDue, type TableItem } from "./items.ts";
import type { Due, Later, LeaseStore } from "./store.ts";

/** The store's reads of the index of due items. `query` sends a command, and throws `SymError` for every failure. */
export function dueIndex(
  table: string,
  query: (command: QueryCommand) => Promise<QueryCommandOutput>,
): Pick<LeaseStore, "due" | "later"> {
  /** The items on one side of a time, the longest due first, page by page. `mostItems` limits the next page. */
  async function* pages(
    side: "<=" | ">",
    now: number,
    more: { mostItems?: () => number; projection?: string } = {},
  ): AsyncGenerator<TableItem[]> {
    let next: TableItem | undefined;
    do {
      const page = await query(
        new QueryCommand({
          TableName: table,
          IndexName: "due",
          KeyConditionExpression: `due = :due AND due_at ${side} :now`,
          ExpressionAttributeValues: { ":due": duePartition, ":now": number(now) },
          ProjectionExpression: more.projection,
          Limit: more.mostItems?.(),
          ExclusiveStartKey: next,
        }),
      );
      yield page.Items ?? [];
      next = page.LastEvaluatedKey;
    } while (next);
  }

  return {
    async due(now, limit) {
      const found: Due[] = [];
      if (limit === 0) return found;
      for await (const items of pages("<=", now, { mostItems: () => limit - found.length })) {
        found.push(...items.map(readDue));
        if (found.length >= limit) break;
      }
      return found;
    },

    async later(now) {
      const later: Later = { open: 0, failingSince: [] };
      for await (const items of pages(">", now, { projection: "pk, failing_since" }))
        for (const item of items)
          if (item["failing_since"] !== undefined) later.failingSince.push(Number(item["failing_since"].N));
          else if (!isRun(item)) later.open += 1;
      return later;
    },
  };
}
