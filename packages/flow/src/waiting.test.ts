// Steps that wait, what wakes them and what people are told, in every order.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { FlowDeps } from "./deps.ts";
import { decideOn } from "./door.ts";
import { alex, robin, sam, someRequest, start } from "./flow.test-support.ts";
import { ask } from "./steps/ask.ts";
import { deescalate } from "./steps/deescalate.ts";
import { escalate } from "./steps/escalate.ts";
import { hold } from "./steps/hold.ts";
import { approved, by, granted, held, id, minuteMs, setUp } from "./steps.test-support.ts";

test("ask wakes itself if the decision came first, and the decision wakes an ask that waits", async () => {
  const early = await setUp(approved);
  await ask(early.deps, id, "token-1");
  expect(early.seen.woken).toEqual(["token-1"]);
  const { deps, seen, world } = await setUp(someRequest());
  await ask(deps, id, "token-1");
  world.canWake = false;
  expect(await decideOn(deps, id, by(alex, "approve"))).toMatchObject({ ok: true });
  world.canWake = true;
  expect(await decideOn(deps, id, by(alex, "approve"))).toMatchObject({ ok: true });
  expect(seen.woken).toEqual(["token-1"]);
});

test("a step that is woken too early goes back to its wait, and one that is woken in time goes on", async () => {
  const asking = await setUp(someRequest());
  asking.seen.now = start + 8 * 60 * minuteMs - 1;
  expect(await escalate(asking.deps, id)).toEqual({ next: "ask", seconds: 1 });
  asking.seen.now += 1;
  expect(await escalate(asking.deps, id)).toEqual({ next: "over", seconds: 1 });
  expect((await asking.stored()).status).toBe("expired");
  const holding = await setUp(held, [granted]);
  holding.seen.now = start + 29 * minuteMs;
  expect(await deescalate(holding.deps, id)).toEqual({ next: "hold", seconds: 60 });
  holding.seen.now += minuteMs;
  expect(await deescalate(holding.deps, id)).toEqual({ next: "over", seconds: 1 });
  expect(await holding.stored()).toMatchObject({ status: "ended", times: { over: holding.seen.now } });
});

test("hold stores its token, and an early end wakes it or is found by it", async () => {
  const { deps, seen, stored } = await setUp(held);
  expect(await hold(deps, id, "token-1")).toEqual({ next: "hold", seconds: 1_800 });
  expect(await decideOn(deps, id, by(robin, "end"))).toMatchObject({ ok: true });
  expect(seen.woken).toEqual(["token-1"]);
  await hold(deps, id, "token-2");
  expect(seen.woken).toEqual(["token-1", "token-2"]);
  expect((await stored()).status).toBe("ending");
});

test("access ends also while no message can be told, and the messages stay untold", async () => {
  const { deps, seen, world, stored } = await setUp({ ...held, status: "ending" }, [granted]);
  world.canTell = false;
  expect(await deescalate(deps, id)).toEqual({ next: "over", seconds: 1 });
  expect((await stored()).messages).toMatchObject([{ kind: "ended", told: null }]);
  world.canTell = true;
  await deescalate(deps, id);
  expect(seen.told).toHaveLength(1);
  expect((await stored()).messages).toMatchObject([{ kind: "ended", told: start }]);
});

test("of decisions, steps and ends at the same time, every order leaves one true record", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, isLate) => {
      const { deps, seen, stored } = await setUp(someRequest(), [granted, granted, granted]);
      const slow = <A extends unknown[], R>(port: (...args: A) => Promise<R>) =>
        scheduler.scheduleFunction(port);
      const { read, write, ids } = deps.store;
      const store = { read: slow(read), write: slow(write), ids };
      const racing: FlowDeps = { ...deps, store, invoke: slow(deps.invoke) };
      seen.now = start + (isLate ? 8 * 60 * minuteMs : 0);
      const results = Promise.all([
        decideOn(racing, id, by(alex, "approve")),
        decideOn(racing, id, by(sam, "deny")),
        decideOn(racing, id, by(robin, "withdraw")),
        ask(racing, id, "token-1"),
        escalate(racing, id),
        escalate(racing, id),
      ]);
      await scheduler.waitFor(results);
      const { status, decisions } = await stored();
      const wasGranted = seen.payloads.length > 0;
      expect(wasGranted).toBe(["granting", "held"].includes(status));
      expect(decisions.filter(({ what }) => what !== "approve").length).toBe(
        status === "denied" || status === "withdrawn" ? 1 : 0,
      );
      if (isLate) expect(["expired", "withdrawn"]).toContain(status);
    }),
    { numRuns: 300 },
  );
});
