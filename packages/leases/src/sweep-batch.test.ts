import { expect, test } from "vitest";
import { many, setUp, start } from "./sweep.test-support.ts";

test("a sweep takes on 5,000 due leases, the longest due first, and the next sweep the rest", async () => {
  const { sweep, endedAt, store } = setUp(many(5_001, (index) => `host-${index % 40}`));
  expect((await sweep()).body).toMatchObject({ due: 5_000, finished: 5_000 });
  expect([...store.leases.values()].filter(({ dueAt }) => dueAt !== null)).toMatchObject([
    { access: { subject: "person-5000" } },
  ]);
  expect((await sweep()).body).toMatchObject({ due: 1, finished: 1 });
  expect(endedAt.size).toBe(5_001);
});

test("a sweep skips a lease or a run that the index lists too early", async () => {
  const { sweep, endedAt, store } = setUp([{ host: "one", dueAt: start + 3_600_000 }]);
  const before = structuredClone(store.leases);
  const run = await store.readRun("run-0");
  const [lease = ""] = before.keys();
  store.due = async () => [
    { lease, host: "one" },
    { lease, host: "one", run: "run-0" },
  ];
  expect((await sweep()).body).toMatchObject({ due: 2, finished: 0, failed: 0 });
  expect(store.leases).toEqual(before);
  expect(await store.readRun("run-0")).toEqual(run);
  expect(endedAt.size).toBe(0);
});

test("a sweep leaves the records of another handler unchanged and due, and logs why", async () => {
  const { sweep, endedAt, store, failures } = setUp([{ host: "one", dueAt: start - 1 }]);
  const [lease] = store.leases.values();
  if (!lease) throw new Error("There is no lease");
  const key = lease.key.replace("example|", "example-2|");
  store.leases.clear();
  store.leases.set(key, { ...lease, key });
  await store.openRun({ id: "run-9", key, access: lease.access, wish: "" }, start - 1);
  const [before, due] = [structuredClone(store.leases), await store.due(start, 10)];
  expect((await sweep()).body).toMatchObject({ due: 2, finished: 0, failed: 2 });
  expect(endedAt.size).toBe(0);
  expect(store.leases).toEqual(before);
  expect(await store.due(start, 10)).toEqual(due);
  expect(failures()).toMatchObject([
    {
      run_id: "run-9",
      lease: key,
      sentence: expect.stringContaining("belongs to the handler example-2, so"),
    },
    { lease: key, level: "ERROR", reason: "refused" },
  ]);
});
