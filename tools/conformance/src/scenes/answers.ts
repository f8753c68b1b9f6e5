import { preview } from "../answer.ts";
import { expectThat } from "../broken.ts";
import { approver, reason, robin, sam, stranger } from "../events.ts";
import type { Scene } from "../scene.ts";
import { expectErrors, type Stage } from "../stage.ts";
import { people } from "./requests.ts";

const stackFrame = /\bat .+:\d+:\d+|\n\s*at |Traceback|File ".+", line \d+|goroutine \d+/;
const largest = 256 * 1024;

/** Scenes about every answer and every log line. */
export const answerScenes: Scene[] = [
  {
    name: "answer shape",
    promise: "Sym can read every answer: a body with message and outcome, and errors as sentences",
    needs: [],
    async play(stage) {
      if (stage.target.addPerson) await people(stage);
      await stage.escalate(); // Reads the answer, and so checks its shape.
      await stage.deescalate();
      expectErrors(await stage.escalate({ run: 2, person: "" }), "An escalate without a requester");
      for (const { answer } of stage.replies) {
        const size = JSON.stringify(answer).length;
        expectThat(size <= largest, `an answer has ${size} characters`);
      }
    },
  },
  {
    name: "nothing secret in answer",
    promise: "No answer has a token, a stack trace, or the text of the system's own error",
    needs: ["seed", "faults"],
    async play(stage) {
      await playEverything(stage);
      const { secrets, foreignTexts } = stage.target;
      for (const { answer } of stage.replies) {
        const text = JSON.stringify(answer) ?? "";
        const found = [...secrets, ...foreignTexts].find((secret) => text.includes(secret));
        expectThat(found === undefined, `an answer holds "${found}": ${preview(answer)}`);
        expectThat(!stackFrame.test(text), `an answer holds a stack: ${preview(answer)}`);
      }
    },
  },
  {
    name: "nothing secret in log",
    promise: "No log line has a token, an e-mail, or the reason of a request",
    needs: ["seed", "faults", "logs"],
    async play(stage) {
      await playEverything(stage);
      const lines = stage.replies.flatMap(({ logs }) => logs ?? []);
      for (const forbidden of [...stage.target.secrets, robin, sam, approver, stranger, reason]) {
        const line = lines.find((one) => one.includes(forbidden));
        expectThat(line === undefined, `the log holds "${forbidden}": ${preview(line)}`);
      }
    },
  },
];

/**
 * Plays successes, refusals and each kind of failing call, each with its own person, so that no event waits for a lock.
 */
async function playEverything(stage: Stage): Promise<void> {
  await people(stage);
  await stage.escalate();
  await stage.deescalate();
  await stage.escalate({ person: stranger });
  let run = 1;
  for (const kind of ["access-denied", "internal-error", "throttle"] as const)
    for (const step of ["look", "grant", "restore"] as const) {
      run += 1;
      const person = `person-${run}@example.com`;
      await stage.addPerson(person);
      if (step === "restore") await stage.escalate({ run, person });
      await stage.faults.inject({ step, kind });
      await stage.send(stage.event(step === "restore" ? "deescalate" : "escalate", { run, person }));
      await stage.faults.clear();
      // If all people share one access, the sweep restores the initial state for the next person.
      if (stage.target.isForEverybody) await stage.sweepAfter(60);
    }
}
