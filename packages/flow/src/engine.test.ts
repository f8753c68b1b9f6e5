// Stories of requests in a model of the engine, in which every call goes wrong in every way.
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import type { PersonsDecision } from "./decide.ts";
import { alex, robin, rulesOf, sam } from "./flow.test-support.ts";
import { mustBeOver, mustBePrompt, play, type Story } from "./story.test-support.ts";
import type { Fault } from "./world.test-support.ts";

afterEach(() => {
  vi.useRealTimers();
});

const rules = rulesOf();
const two = rulesOf({
  approvals: 2,
  may_ask: { people: ["robin@example.com"] },
  decide_within: "1h",
});
const by = (who: typeof robin, what: PersonsDecision["what"]) => ({
  by: who,
  what,
  door: "command" as const,
});
const approved: Story["decisions"] = [[10, by(alex, "approve")]];
const hour = 60;

const stories: Story[] = [
  { name: "approved, and held to the end", ends: "ended", decisions: approved, rules: () => rules },
  {
    ...{ name: "approved by two", ends: "ended", rules: () => two },
    decisions: [...approved, [20, by(sam, "approve")]],
  },
  { name: "approved by one of two", ends: "expired", decisions: approved, rules: () => two },
  { name: "denied", ends: "denied", decisions: [[10, by(alex, "deny")]], rules: () => rules },
  { name: "withdrawn", ends: "withdrawn", decisions: [[10, by(robin, "withdraw")]], rules: () => rules },
  {
    name: "ended early",
    ends: "ended",
    decisions: [...approved, [20, by(robin, "end")]],
    rules: () => rules,
  },
  { name: "on-call", ends: "ended", asks: { route: "on-call", requester: sam }, rules: () => rules },
  { name: "break glass", ends: "ended", asks: { route: "break-glass", reason: "INC-1" }, rules: () => rules },
  {
    ...{ name: "access without any request", ends: "refused", rules: () => rules },
    weather: () => "standing",
  },
  {
    ...{ name: "rules that go away before the grant", ends: "refused", decisions: approved },
    rules: (minutes) => (minutes <= 10 ? rules : undefined),
  },
  {
    ...{ name: "a group that is down", ends: "ended", decisions: approved, rules: () => rules },
    weather: (type) => (type === "escalate" ? "down" : "fair"),
  },
  {
    ...{
      name: "a handler without an answer to the grant",
      ends: "ended",
      decisions: approved,
      rules: () => rules,
    },
    weather: (type) => (type === "escalate" ? "deaf" : "fair"),
  },
  {
    ...{ name: "an end that is late", ends: "ended", decisions: approved, rules: () => rules },
    weather: (type, minutes) => (type === "deescalate" && minutes < 3 * hour ? "down" : "fair"),
  },
  {
    ...{ name: "an end that fails, and is asked for again", ends: "ended", rules: () => rules },
    decisions: [...approved, [30 * hour, by(alex, "end")]],
    weather: (type, minutes) => (type === "deescalate" && minutes < 29 * hour ? "deaf" : "fair"),
  },
  {
    ...{ name: "an end that fails", ends: "failed", decisions: approved, rules: () => rules },
    weather: (type) => (type === "deescalate" ? "down" : "fair"),
  },
];

test.for(stories)("$name: the request is $ends", async (story) => {
  const ending = await play(story);
  expect(ending.request?.status).toBe(story.ends);
  mustBeOver(ending);
  mustBePrompt(ending);
});

const faults: Fault[] = ["before", "after", "late", "fails", "lost", "abort"];

/** The calls of a story that go wrong: each call of a short story, and some calls of a long one. */
function someOf(calls: number): number[] {
  const most = calls <= 150 ? calls : 4;
  return Array.from({ length: most }, (_, index) => 1 + Math.floor((index * calls) / most));
}

test.for(stories)("$name: whatever call goes wrong, the end is true", async (story) => {
  const { calls } = await play(story);
  for (const fault of faults)
    for (const call of someOf(calls)) {
      await told(`${fault} at call ${call}`, async () =>
        mustBeOver(await play(story, new Map([[call, fault]]))),
      );
    }
});

test("many calls can go wrong in one story", async () => {
  const someFault = fc.tuple(fc.integer({ min: 1, max: 120 }), fc.constantFrom(...faults));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...stories),
      fc.array(someFault, { maxLength: 12 }),
      async (story, several) => {
        mustBeOver(await play(story, new Map(several)));
      },
    ),
    { numRuns: 100 },
  );
});

async function told(where: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw new Error(where, { cause: error });
  }
}
