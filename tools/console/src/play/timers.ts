import { moveTo } from "../clock.ts";

type Timer = { at: number; run(): Promise<void> | void };

/**
 * What will happen at a time of the clock. Nothing happens by itself, except after a wait of at most `shortMs` milliseconds.
 * `moveClock` moves `Date` of this process forward.
 */
export function createTimers({ shortMs = 15_000, moveClock = moveTo } = {}) {
  const timers = new Set<Timer>();
  const running = new Set<Promise<void>>();

  function after(milliseconds: number, run: Timer["run"]): () => void {
    const timer = { at: Date.now() + milliseconds, run };
    timers.add(timer);
    return () => timers.delete(timer);
  }

  /** Runs work beside others. `settle` waits for its end. */
  function start(work: () => Promise<void>): void {
    const done = work().finally(() => running.delete(done));
    running.add(done);
  }

  const next = () => [...timers].sort((a, b) => a.at - b.at)[0];

  /** Waits until all work has ended, and short waits have passed. */
  async function settle(): Promise<void> {
    for (;;) {
      while (running.size > 0) await Promise.all(running);
      const timer = next();
      if (timer === undefined || timer.at > Date.now() + shortMs) return;
      fire(timer);
    }
  }

  function fire(timer: Timer): void {
    timers.delete(timer);
    moveClock(timer.at);
    start(async () => timer.run());
  }

  /** Lets time pass until `time`, and everything happen in its order. */
  async function passUntil(time: number): Promise<void> {
    for (;;) {
      await settle();
      const timer = next();
      if (timer === undefined || timer.at > time) break;
      fire(timer);
    }
    moveClock(time);
    await settle();
  }

  return { after, start, settle, passUntil, nextAt: () => next()?.at };
}

export type Timers = ReturnType<typeof createTimers>;
