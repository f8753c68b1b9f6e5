// Each action makes few requests to DynamoDB, and the same number for any number of leases.
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { dueLeases, measure } from "../bench/measure.ts";

const perDueLease = ["GetItem", "PutItem", "PutItem", "UpdateItem", "UpdateItem"];
const expected = {
  escalate: {
    requests: ["PutItem", "PutItem", "PutItem", "UpdateItem"],
    itemsRead: 0,
    rounds: [["find"], ["openRun", "write"], ["set"], ["write", "leaveToLease"]],
  },
  deescalate: {
    requests: ["UpdateItem", "GetItem", "PutItem", "UpdateItem", "PutItem"],
    itemsRead: 1,
    rounds: [
      ["closeRun"],
      ["read lease", "read system"],
      ["write"],
      expect.arrayContaining(["set", "forgetRun"]),
      ["write"],
    ],
  },
  sweep: {
    // The sweep chooses the order.
    requests: expect.toSatisfy((requests: string[]) =>
      isDeepStrictEqual(
        requests.toSorted(),
        ["Query", "Query", ...Array(dueLeases).fill(perDueLease).flat()].toSorted(),
      ),
    ),
    // The gauges of open and overdue leases read the whole index.
    itemsRead: (leases: number) => leases + 2 * dueLeases,
  },
};

test.for([100, 1_000])("among %i leases, each action makes its few requests", async (leases) => {
  const costs = await measure(leases);
  expect(costs.map(({ action }) => action)).toEqual(Object.keys(expected));
  for (const cost of costs) {
    const { itemsRead, ...rest } = expected[cost.action];
    const items = typeof itemsRead === "number" ? itemsRead : itemsRead(leases);
    expect(cost).toMatchObject({ leases, itemsRead: items, ...rest });
  }
});
