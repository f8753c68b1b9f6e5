import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runBatch } from "./batch.ts";
import { seeded } from "./chance.ts";
import { noCoverage } from "./coverage.ts";
import { bugs, changed, sourceOf } from "./planted-bugs.ts";
import { runSchedule } from "./schedule.ts";

test("none of 20,000 schedules breaks a promise", async () => {
  const { schedules, failures } = await runBatch({ from: 1, runs: 20_000, workers: 2 });
  expect(failures).toEqual([]);
  expect(schedules).toBe(20_000);
});

test("the same seed gives the same schedule", async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const once = await runSchedule(seeded(seed), noCoverage(), true);
    expect(once.trace.length).toBeGreaterThan(5);
    expect(await runSchedule(seeded(seed), noCoverage(), true)).toEqual(once);
  }
});

test("the number of workers does not change the result", async () => {
  const bug = "failed grant not taken back";
  const [one, three] = await Promise.all([
    runBatch({ from: 1, runs: 2_000, workers: 1, bug }),
    runBatch({ from: 1, runs: 2_000, workers: 3, bug }),
  ]);
  expect(one.failures[0]).toBeDefined();
  expect(three.failures[0]).toEqual(one.failures[0]);
});

test.each(Object.keys(bugs))("the simulation finds a planted bug: %s", async (bug) => {
  const { failures } = await runBatch({ from: 1, runs: 50_000, workers: 2, bug });
  expect(failures[0]?.violation.promise).toMatch(/^[1-6] /);
});

test("a planted bug that no longer fits the source is refused", () => {
  for (const bug of Object.values(bugs)) {
    const source = readFileSync(sourceOf(bug), "utf8");
    expect(changed(source, bug)).not.toBe(source);
    expect(() => changed("nothing of it", bug)).toThrow("0 times instead of once");
  }
});
