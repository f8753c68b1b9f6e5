// A model of the engine: the state machine of the README, whose steps Lambda runs and the engine repeats.
import type { FlowDeps } from "./deps.ts";
import type { StepAnswer } from "./next-step.ts";
import { ask } from "./steps/ask.ts";
import { deescalate } from "./steps/deescalate.ts";
import { escalate } from "./steps/escalate.ts";
import { hold } from "./steps/hold.ts";
import { plan } from "./steps/plan.ts";
import type { ExecutionStatus } from "./watchman.ts";
import type { Call, World } from "./world.test-support.ts";

type State = "plan" | "ask" | "escalate" | "hold" | "deescalate";

/** The engine runs a step this often, before it goes on as after an error. */
const mostRuns = 3;
const pauseSeconds = 60;
/** A woken step is followed by the next after this time. */
const transitionMs = 1_000;

export function createEngine(world: World, depsFor: (call: Call) => FlowDeps) {
  const executions = new Map<string, ExecutionStatus>();
  let wait: { token: string; then: () => Promise<void> } | undefined;
  let tokens = 0;

  function later(id: string, seconds: number, state: State): void {
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 99_999_999)
      throw new Error(`${seconds} are no seconds for the engine`);
    world.at(Date.now() + seconds * 1_000, () => enter(id, state));
  }

  /** Where the engine goes after an answer: every word that it does not know leads to deescalate. */
  function goOn(id: string, answer: StepAnswer | undefined): void {
    const { next, seconds } = answer ?? { next: "deescalate", seconds: pauseSeconds };
    if (next === "over") executions.set(id, "succeeded");
    else if (next === "failed") executions.set(id, "failed");
    else if (next === "ask" || next === "hold") world.at(Date.now(), () => waitFor(id, next, seconds));
    else later(id, seconds, next);
  }

  async function enter(id: string, state: State): Promise<void> {
    if (executions.get(id) !== "running") return;
    const step = { plan, escalate, deescalate }[state as "plan"];
    const answer = await repeat(id, (deps) => step(deps, id));
    // Without a plan, the record says where to go on.
    if (answer === undefined && state === "plan") later(id, 1, "escalate");
    else goOn(id, answer);
  }

  async function waitFor(id: string, state: "ask" | "hold", seconds: number): Promise<void> {
    const then = () => enter(id, state === "ask" ? "escalate" : "deescalate");
    for (let runs = 0; runs < mostRuns; runs += 1) {
      if (executions.get(id) !== "running") return;
      tokens += 1;
      const token = `token-${tokens}`;
      wait = { token, then };
      const isDone = await world.run((call) => (state === "ask" ? ask : hold)(depsFor(call), id, token));
      // A wait that was woken is over, however its function ended.
      if (wait?.token !== token) return;
      if (!isDone) continue;
      world.at(Date.now() + seconds * 1_000, () => timeOut(token));
      return;
    }
    wait = undefined;
    world.at(Date.now() + pauseSeconds * 1_000, then);
  }

  async function timeOut(token: string): Promise<void> {
    if (wait?.token !== token) return;
    const { then } = wait;
    wait = undefined;
    await then();
  }

  async function repeat(
    id: string,
    step: (deps: FlowDeps) => Promise<StepAnswer>,
  ): Promise<StepAnswer | undefined> {
    for (let runs = 0; runs < mostRuns && executions.get(id) === "running"; runs += 1) {
      let answer: StepAnswer | undefined;
      const isDone = await world.run(async (call) => {
        answer = await step(depsFor(call));
      });
      if (isDone) return answer;
    }
    return undefined;
  }

  world.onAbort(() => {
    wait = undefined;
    for (const id of executions.keys()) if (executions.get(id) === "running") executions.set(id, "aborted");
  });

  return {
    async start(id: string): Promise<void> {
      if (executions.has(id)) return;
      executions.set(id, "running");
      world.at(Date.now(), () => enter(id, "plan"));
    },
    async wake(token: string): Promise<void> {
      if (wait?.token !== token) return;
      const { then } = wait;
      wait = undefined;
      world.at(Date.now() + transitionMs, then);
    },
    status: async (id: string): Promise<ExecutionStatus> => executions.get(id) ?? "missing",
  };
}
