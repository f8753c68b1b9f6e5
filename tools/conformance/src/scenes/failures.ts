import { readAnswer } from "../answer.ts";
import { robin, sam } from "../events.ts";
import type { Scene } from "../scene.ts";
import { expectAccess, expectErrors, expectHonest, expectOther, expectOutcome } from "../stage.ts";
import type { StepFaultKind } from "../target.ts";
import { people } from "./requests.ts";

/** In seconds: longer than any request of the scenes plus the sweep's grace period of an hour. */
const hours = 3 * 60 * 60;

/** Scenes with a failing target system. */
export const failureScenes: Scene[] = [
  failing("system throttles", "throttle"),
  failing("system down", "internal-error"),
  {
    name: "answer lost",
    promise:
      "If the answer to a change is lost, the handler finds the state, or says that the state is unknown",
    needs: ["seed", "read", "faults", "time"],
    async play(stage) {
      await people(stage);
      await stage.faults.inject({ step: "grant", kind: "answer-lost", times: 1 });
      const granted = await stage.escalate();
      await stage.faults.clear();
      if (granted.errors.length > 0) await stage.sweepAfter(hours);
      await expectHonest(stage, granted, robin, "After an escalate whose answer was lost");
      await stage.deescalate();
      await stage.escalate({ run: 2 });
      await stage.faults.inject({ step: "restore", kind: "answer-lost", times: 1 });
      const revoked = await stage.deescalate({ run: 2 });
      await stage.faults.clear();
      if (revoked.errors.length > 0) await stage.sweepAfter(hours);
      await expectAccess(stage, robin, false, "After a deescalate whose answer was lost");
    },
  },
  {
    name: "time nearly up",
    promise: "A system that does not answer is reported before the deadline, and the sweep leaves no access",
    needs: ["seed", "read", "faults", "time", "deadline"],
    async play(stage) {
      await people(stage);
      const brief = stage.open({ milliseconds: 4_000 });
      for (const [run, step, kind] of [
        [1, "look", "timeout"],
        [2, "grant", "answer-withheld"],
      ] as const) {
        await stage.faults.inject({ step, kind });
        const answer = readAnswer(await stage.send(stage.event("escalate", { run }), brief));
        expectErrors(answer, `An escalate without an answer to ${step}`);
        await stage.faults.clear();
        await stage.sweepAfter(hours);
        await expectAccess(stage, robin, false, `After the sweep of an escalate cut off in ${step}`);
      }
    },
  },
  {
    name: "sweep",
    promise: "The sweep revokes access whose deescalate never arrives, and keeps standing access",
    needs: ["seed", "standing", "read", "time"],
    async play(stage) {
      await people(stage);
      await stage.giveOther(sam);
      expectOutcome(await stage.escalate({ seconds: 60 }), ["granted"], "The escalate");
      await stage.escalate({ seconds: 60, run: 2, person: sam });
      await stage.sweepAfter(0);
      await expectAccess(stage, robin, true, "After a sweep before the end of the request");
      await stage.sweepAfter(hours);
      await expectAccess(stage, robin, false, "After the sweep");
      await expectOther(stage, sam, true, "After the sweep, with standing access");
    },
  },
  {
    name: "crash and sweep",
    promise: "The sweep finishes the work of a killed handler",
    needs: ["seed", "read", "faults", "calls", "time", "kill"],
    async play(stage) {
      await people(stage);
      await stage.faults.inject({ step: "grant", kind: "answer-withheld" });
      await stage.sendAndKill(stage.event("escalate"), "grant");
      await stage.faults.clear();
      await expectAccess(stage, robin, true, "After a grant whose handler was killed");
      await stage.sweepAfter(hours);
      await expectAccess(stage, robin, false, "After the sweep of a grant whose handler was killed");
      expectOutcome(await stage.escalate({ run: 2 }), ["granted"], "The next request");
      await stage.faults.inject({ step: "restore", kind: "timeout" });
      await stage.sendAndKill(stage.event("deescalate", { run: 2 }), "restore");
      await stage.faults.clear();
      await stage.sweepAfter(hours);
      await expectAccess(stage, robin, false, "After the sweep of a revoke whose handler was killed");
    },
  },
];

/** A scene in which the system refuses every change, and then every read. */
function failing(name: string, kind: StepFaultKind): Scene {
  return {
    name,
    promise: "No answer claims an unfinished change, and a retry or the sweep finishes the change",
    needs: ["seed", "read", "faults", "time"],
    async play(stage) {
      await people(stage);
      await stage.faults.inject({ step: "grant", kind });
      expectErrors(await stage.escalate(), "An escalate that could not be carried out");
      await stage.faults.clear();
      await stage.sweepAfter(hours);
      await expectAccess(stage, robin, false, "After an escalate with errors, and the sweep");

      expectOutcome(await stage.escalate({ run: 2 }), ["granted"], "The next request");
      await stage.faults.inject({ step: "restore", kind });
      const revoked = await stage.deescalate({ run: 2 });
      expectErrors(revoked, "A deescalate that could not be carried out");
      await expectAccess(stage, robin, true, "After a deescalate that could not be carried out");
      await stage.faults.clear();
      await stage.sweepAfter(hours);
      await expectAccess(stage, robin, false, "After the sweep of a failed deescalate");

      await stage.faults.inject({ step: "look", kind });
      expectErrors(await stage.escalate({ run: 3 }), "An escalate whose look failed");
      await stage.faults.clear();
      await expectAccess(stage, robin, false, "After an escalate whose look failed");
    },
  };
}
