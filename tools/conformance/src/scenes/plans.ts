import { describe } from "../answer.ts";
import { expectThat } from "../broken.ts";
import { type EventDetails, robin } from "../events.ts";
import type { Scene } from "../scene.ts";
import { access, expectAccess, expectOutcome, type Stage } from "../stage.ts";
import { people } from "./requests.ts";

/** Scenes with plans, which change nothing. */
export const planScenes: Scene[] = [
  {
    name: "plan changes nothing",
    promise: "A plan writes nothing, to no system and no record, and names what the escalate then does",
    needs: ["seed", "standing", "read", "writes"],
    async play(stage) {
      await people(stage);
      await planThenEscalate(stage, "a first request", "would-grant");
      await planThenEscalate(stage, "a second request", "held-by-other-requests", { run: 2 });
      await planThenEscalate(stage, "an open request", "already-granted");
      await stage.deescalate();
      await stage.deescalate({ run: 2 });
      await planThenEscalate(stage, "a request that has ended", "would-be-refused");
      const settings = stage.target.unknownResource;
      if (settings)
        await planThenEscalate(stage, "a missing resource", "would-be-refused", { run: 3, settings });
      const { pending, begin } = stage.target;
      // Soon after our own change, a reading may be stale, and proves no standing access.
      await begin?.();
      await people(stage);
      await stage.give(robin);
      await planThenEscalate(stage, "a person with standing access", "already-standing", { run: 4 });

      if (!pending) return;
      await begin?.();
      await pending.addPerson(robin);
      await planThenEscalate(stage, "a grant that waits", "would-be-pending", {
        run: 5,
        settings: pending.settings,
      });
    },
  },
  {
    name: "plan takes no lock",
    promise: "An escalate succeeds while a plan of the same access waits for the target system",
    needs: ["seed", "read", "faults", "calls", "kill"],
    async play(stage) {
      await people(stage);
      // The plan waits at its first look. A lock that is taken later is a write, where the lock is a record.
      await stage.faults.inject({ step: "look", kind: "timeout", times: 1 });
      await stage.sendAndHold(stage.event("plan", { run: 2 }), "look", async () => {
        expectOutcome(await stage.escalate(), ["granted"], "The escalate during a plan");
        await expectAccess(stage, robin, true, "After the escalate during a plan");
      });
    },
  },
];

/** For each outcome of a plan, the outcomes that the escalate may have. */
const followedBy: Record<string, string[]> = {
  "would-grant": ["granted"],
  "would-be-pending": ["pending"],
  "held-by-other-requests": access,
  "already-granted": access,
  "already-standing": ["already-had-access"],
  "would-be-refused": ["refused"],
};

/** Plans an escalate, which must write nothing, and then sends the escalate, which must do as planned. */
async function planThenEscalate(stage: Stage, what: string, outcome: string, details: EventDetails = {}) {
  const had = await stage.has(robin);
  const before = await stage.writes();
  const plan = await stage.plan(details);
  const after = await stage.writes();
  expectThat(after === before, `The plan of ${what} wrote: ${newIn(after, before)}`);
  await expectAccess(stage, robin, had, `After the plan of ${what}`);
  expectThat(
    plan.body.outcome === outcome,
    `The plan of ${what} was answered "${describe(plan)}" instead of ${outcome}`,
  );
  const answer = await stage.escalate(details);
  expectThat(
    (followedBy[outcome] ?? []).includes(answer.body.outcome),
    `The plan of ${what} was answered "${describe(plan)}", and then the escalate "${describe(answer)}"`,
  );
}

/** The end of the later text that the earlier text does not have, shortened. */
function newIn(after: string, before: string): string {
  return (after.startsWith(before) ? after.slice(before.length) : after).trim().slice(0, 160);
}
