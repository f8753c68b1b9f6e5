// What goes wrong in the target systems, by a person's choice.
import { needsUnleash, type Stage } from "./stage.ts";

export const troubles = {
  none: "Nothing goes wrong",
  throttle: "The target system throttles each change",
  down: "The target system is down for each change",
  lost: "The target system makes the next change, and loses its answer",
  kill: "The function is killed in the middle of the next change",
} as const;

export type Trouble = keyof typeof troubles;

export function isTrouble(text: string): text is Trouble {
  return Object.hasOwn(troubles, text);
}

const watchEveryMs = 10;

/** `onKill`: after the function of the handler was killed. */
export function createTrouble(stage: Stage, onKill: (handler: string) => void) {
  const { sandbox } = stage;
  let now: Trouble = "none";
  let watching: NodeJS.Timeout | undefined;

  function choose(trouble: Trouble): void {
    now = trouble;
    clearInterval(watching);
    sandbox.faults.clear();
    if (stage.deployed.some(({ target }) => needsUnleash(target))) sandbox.unleash.faults.clear();
    for (const { target } of stage.deployed) for (const action of target.changes) inject(action, trouble);
    if (trouble === "kill" || trouble === "lost") watch(trouble, sandbox.calls.length);
  }

  function inject(action: string, trouble: Trouble): void {
    if (trouble === "throttle")
      sandbox.faults.inject({ action, kind: "throttle", times: Number.POSITIVE_INFINITY });
    if (trouble === "down")
      sandbox.faults.inject({ action, kind: "internal-error", times: Number.POSITIVE_INFINITY });
    if (trouble === "lost") sandbox.faults.inject({ action, kind: "answer-lost" });
    // The system makes the change, and the function waits for the answer when it is killed.
    if (trouble === "kill") sandbox.faults.inject({ action, kind: "answer-withheld" });
  }

  /** Waits for the one broken call, kills its function if that was chosen, and then nothing goes wrong any more. */
  function watch(trouble: "kill" | "lost", from: number): void {
    const kinds = { kill: "answer-withheld", lost: "answer-lost" };
    watching = setInterval(() => {
      const broken = sandbox.calls.slice(from).find(({ errorCode }) => errorCode === kinds[trouble]);
      if (broken === undefined) return;
      const owner = stage.deployed.find(({ target }) => target.changes.includes(broken.action));
      if (trouble === "kill" && owner !== undefined) {
        for (const { pid, busy } of owner.lambda.environments()) if (busy) owner.lambda.kill(pid);
        onKill(owner.target.handler);
      }
      choose("none");
    }, watchEveryMs);
    watching.unref();
  }

  return { choose, chosen: () => now };
}
