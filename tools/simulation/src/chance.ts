/**
 * The random numbers of one schedule, from 0 to 1. The number 0 always means the simplest choice: the oldest operation,
 * no fault, the plain case. So a recorded schedule can be shrunk: fewer and smaller numbers make a simpler schedule.
 */
export type Stream = () => number;

/** The plan and the steps of a schedule draw from two streams, so that each shrinks without the other. */
export type Chances = { plan: Stream; steps: Stream; without?: number[] };
/** `without`: the planned events that are left out. */
export type Recorded = { plan: number[]; steps: number[]; without: number[] };

/** Each step draws this many numbers, used or not. */
export const drawsPerStep = 5;

export function seeded(seed: number): Chances {
  return { plan: mulberry32(scramble(seed * 2)), steps: mulberry32(scramble(seed * 2 + 1)) };
}

export function recording({ plan, steps }: Chances): { chances: Chances; recorded: Recorded } {
  const recorded: Recorded = { plan: [], steps: [], without: [] };
  const keep = (stream: Stream, into: number[]) => () => {
    const number = stream();
    into.push(number);
    return number;
  };
  return { chances: { plan: keep(plan, recorded.plan), steps: keep(steps, recorded.steps) }, recorded };
}

export function replayed(recorded: Recorded): Chances {
  const replay = (numbers: number[]) => {
    let next = 0;
    return () => numbers[next++] ?? 0;
  };
  return { plan: replay(recorded.plan), steps: replay(recorded.steps), without: recorded.without };
}

export function oneOf<T>(items: readonly T[], u: number): T {
  return items[Math.floor(u * items.length)] as T;
}

/** True with the given probability; never for u = 0. */
export function happens(u: number, probability: number): boolean {
  return u >= 1 - probability && u > 0;
}

/** A further number, computed from a drawn number; 0 if the drawn number is 0. */
export function derived(u: number, index: number): number {
  return (u * (9_973 + 2 * index)) % 1;
}

// The generator mulberry32: https://github.com/cprosche/mulberry32
function mulberry32(seed: number): Stream {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Mixes the seed, so that neighbouring seeds do not give similar streams. */
function scramble(seed: number): number {
  let h = Math.imul(seed | 0, 0x9e3779b1) ^ Math.floor(seed / 0x1_0000_0000);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
