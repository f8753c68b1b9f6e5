/**
 * Where one schedule's chances come from: numbers from 0 to 1, of which 0 always stands for the simplest choice (the
 * oldest operation, no fault, nothing special). That makes a recorded schedule shrinkable: fewer and smaller numbers
 * are a simpler schedule.
 */
export type Stream = () => number;

/** The plan of a schedule and its steps draw from two streams, so that the one can shrink without the other. */
export type Chances = { plan: Stream; steps: Stream; without?: number[] };
/** `without`: the planned events that are left out. */
export type Recorded = { plan: number[]; steps: number[]; without: number[] };

/** How many numbers each step draws, whether it uses them or not. */
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

/** True with the given probability, and never at 0. */
export function happens(u: number, probability: number): boolean {
  return u >= 1 - probability && u > 0;
}

/** Further numbers from one that was drawn; all of them are 0 if it is. */
export function derived(u: number, index: number): number {
  return (u * (9_973 + 2 * index)) % 1;
}

// Small, fast and good enough: https://github.com/cprosche/mulberry32
function mulberry32(seed: number): Stream {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Neighbouring seeds must not give similar streams. */
function scramble(seed: number): number {
  let h = Math.imul(seed | 0, 0x9e3779b1) ^ Math.floor(seed / 0x1_0000_0000);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
