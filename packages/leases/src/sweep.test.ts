import { expect, test, vi } from "vitest";
import { many, setUp, start } from "./sweep.test-support.ts";

const healthyHosts = ["one", "two", "three", "four", "five"];
const period = 5 * 60_000;

test("2,000 due leases, 50 of them on a host that never answers: the others end in one sweep", async () => {
  const leases = [...many(50, () => "hung"), ...many(1_950, (index) => healthyHosts[index % 5] ?? "")];
  const { endedAt, sweep, store, failures } = setUp(leases);
  const { body } = await sweep();
  expect(endedAt.size).toBe(1_950);
  expect(Math.max(...endedAt.values()) - start).toBeLessThan(30_000);
  expect(body).toMatchObject({ outcome: "swept", finished: 1_950, orphans: 1_950 + 16, failed: 16 });
  expect(failures()[0]).toMatchObject({
    reason: "unavailable",
    sentence: expect.stringMatching(/^The target system did not answer in time/),
  });
  // Failed leases are due again later, so the next sweeps try the rest of the host.
  const failed = () => [...store.leases.values()].filter(({ failure }) => failure).length;
  expect(failed()).toBe(16);
  for (let sweeps = 2; sweeps <= 4; sweeps += 1) {
    vi.setSystemTime(start + sweeps * period);
    await sweep();
  }
  expect(failed()).toBe(50);
});

test("a lease that fails is retried later and later, and records why", async () => {
  const { sweep, leaseOf, failures } = setUp([{ host: "refuses", dueAt: start }]);
  const waits: number[] = [];
  for (let times = 1; times <= 8; times += 1) {
    await sweep();
    const lease = leaseOf("refuses");
    expect(lease.failure).toMatchObject({
      ...{ code: "refused", sentence: "Nobody@example.com may not be removed", times },
    });
    expect(lease.dueAt).toBe(Math.max(lease.failure?.retryAt ?? 0, lease.lock?.until ?? 0));
    waits.push(Math.round(((lease.dueAt ?? 0) - Date.now()) / 60_000));
    vi.setSystemTime(lease.dueAt ?? 0);
  }
  expect(waits).toEqual(
    [1, 2, 4, 8, 16, 32, 60, 60].map((minutes) =>
      expect.toSatisfy((wait: number) => Math.abs(wait - minutes) <= 1),
    ),
  );
  expect(failures()[0]).toMatchObject({
    ...{ level: "ERROR", reason: "refused", sentence: "[e-mail] may not be removed" },
    ...{ lease: leaseOf("refuses").key, failing_since: new Date(start).toISOString() },
    ...{ host: "refuses", resource_id: "prod", subject_id: "person-0" },
  });
});

test("a sweep that times out has counted its work", async () => {
  const { sweep, metrics, endedAt } = setUp(many(500, () => "one"));
  const { body } = await sweep(4_000);
  expect(endedAt.size).toBeGreaterThan(20);
  expect(endedAt.size).toBeLessThan(500);
  expect(body.finished).toBe(endedAt.size);
  expect(metrics()).toMatchObject([{ SweepFinished: endedAt.size, OrphanedLeases: body.orphans }]);
});
