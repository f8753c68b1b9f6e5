// One clock for this process and the functions: the real clock, and an offset that people move forward.
const RealDate = Date;
let aheadMs = 0;

const now = () => RealDate.now() + aheadMs;

/** Makes `Date` of this process show the moved clock, from `start` on: now, unless a story needs a fixed beginning. The stand-ins and the page then show the same time as the functions. */
export function installClock(start = RealDate.now()): void {
  aheadMs = start - RealDate.now();
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length > 0 ? given : [now()], newTarget),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
}

/** Moves the clock forward to a time, in milliseconds since the epoch. The clock never moves back. */
export function moveTo(time: number): void {
  aheadMs = Math.max(aheadMs, time - RealDate.now());
}
