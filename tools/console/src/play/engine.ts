// Runs the state machine of infra/modules/flow, from its definition: the states and the paths that the definition uses, and no others.
import { readFileSync } from "node:fs";
import type { ExecutionStatus, StepAnswer } from "@sym/flow";
import type { Timers } from "./timers.ts";

type Retrier = { ErrorEquals: string[]; MaxAttempts: number };
type Catcher = { ErrorEquals: string[]; Next: string };
type Task = {
  Type: "Task";
  Resource: string;
  Parameters: { FunctionName: string; Payload: Record<string, string> };
  ResultSelector?: Record<string, string>;
  ResultPath: string | null;
  Retry: Retrier[];
  Catch: Catcher[];
  Next: string;
};
type Choice = { Type: "Choice"; Choices: { StringEquals: string; Next: string }[]; Default: string };
type Wait = { Type: "Wait"; Seconds?: number; SecondsPath?: string; Next: string };
type State = Task | Choice | Wait | { Type: "Succeed" } | { Type: "Fail" };
export type FlowDefinition = { StartAt: string; States: Record<string, State> };

type StepName = "plan" | "ask" | "escalate" | "hold" | "deescalate";

/** The input of a step's function, as the definition makes the input. `token`: for a step that waits. */
export type StepInput = { request: string; token?: string };

/** Runs a step of a request. Rejects if the step fails. */
export type RunStep = (step: StepName, input: StepInput) => Promise<StepAnswer>;

const file = new URL("../../../../infra/modules/flow/definition.asl.json", import.meta.url);

type Execution = { status: ExecutionStatus; state: string; step: StepAnswer };

export function createEngine(timers: Timers, runStep: RunStep, definition = readDefinition()) {
  const executions = new Map<string, Execution>();
  const waits = new Map<string, () => void>();
  let tokens = 0;

  /** Enters states, until one waits or the execution is over. */
  async function enter(id: string, name: string): Promise<void> {
    const execution = executions.get(id);
    const state = definition.States[name];
    if (execution?.status !== "running" || state === undefined) return;
    execution.state = name;
    if (state.Type === "Succeed") execution.status = "succeeded";
    if (state.Type === "Fail") execution.status = "failed";
    if (state.Type === "Choice") await enter(id, chosen(state, execution));
    if (state.Type === "Wait") waitFor(id, state, execution);
    if (state.Type === "Task") await runTask(id, state, execution);
  }

  function chosen({ Choices, Default }: Choice, { step }: Execution): string {
    return Choices.find(({ StringEquals }) => StringEquals === step.next)?.Next ?? Default;
  }

  function waitFor(id: string, { Seconds, Next }: Wait, { step }: Execution): void {
    timers.after((Seconds ?? step.seconds) * 1_000, () => enter(id, Next));
  }

  async function runTask(id: string, state: Task, execution: Execution): Promise<void> {
    const step = /^\$\{functions\.(\w+)\}$/.exec(state.Parameters.FunctionName)?.[1] as StepName;
    const isWaiting = state.Resource.endsWith(".waitForTaskToken");
    tokens += 1;
    const token = `token-${tokens}`;
    const woken = isWaiting ? waitForToken(id, token, state, execution.step.seconds) : undefined;
    const input = inputOf(state, { "$.request": id, "$$.Task.Token": token });
    const answer = await attempts(state, async () => selected(state, await runStep(step, input)));
    if (answer === undefined) {
      waits.delete(token);
      return enter(id, nextAfter(state, "States.ALL"));
    }
    if (woken === undefined) {
      execution.step = answer;
      return enter(id, state.Next);
    }
    woken.begin();
  }

  /** A wait ends by its token, or by its time. The next state begins when the step that stores the token has ended. */
  function waitForToken(id: string, token: string, state: Task, seconds: number) {
    let isBegun = false;
    let following: string | undefined;
    const end = (next: string) => {
      if (following !== undefined) return;
      following = next;
      waits.delete(token);
      if (isBegun) timers.start(() => enter(id, next));
    };
    const cancel = timers.after(seconds * 1_000, () => end(nextAfter(state, "States.Timeout")));
    waits.set(token, () => {
      cancel();
      end(state.Next);
    });
    return {
      begin() {
        isBegun = true;
        const next = following;
        if (next !== undefined) timers.start(() => enter(id, next));
      },
    };
  }

  async function attempts({ Retry }: Task, run: () => Promise<StepAnswer>): Promise<StepAnswer | undefined> {
    const more = Retry.find(({ ErrorEquals }) => ErrorEquals.includes("States.ALL"))?.MaxAttempts ?? 0;
    for (let attempt = 0; attempt <= more; attempt += 1) {
      const answer = await run().catch(() => undefined);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  function nextAfter({ Catch }: Task, error: string): string {
    const catcher = Catch.find(
      ({ ErrorEquals }) => ErrorEquals.includes(error) || ErrorEquals.includes("States.ALL"),
    );
    return catcher?.Next ?? "Failed";
  }

  return {
    async start(id: string): Promise<void> {
      if (executions.has(id)) return;
      executions.set(id, { status: "running", state: "", step: { next: "over", seconds: 1 } });
      timers.start(() => enter(id, definition.StartAt));
    },
    async wake(token: string): Promise<void> {
      waits.get(token)?.();
    },
    status: async (id: string): Promise<ExecutionStatus> => executions.get(id)?.status ?? "missing",
    /** Stops an execution, as an administrator of the account can. */
    stop(id: string): void {
      const execution = executions.get(id);
      if (execution?.status === "running") execution.status = "aborted";
    },
    /** The state that an execution is in, such as `Hold`. */
    stateOf: (id: string): string | undefined => executions.get(id)?.state,
  };
}

/** The definition of the state machine in the present sources. */
export function readDefinition(): FlowDefinition {
  return JSON.parse(readFileSync(file, "utf8"));
}

function inputOf({ Parameters }: Task, values: Record<string, string>): StepInput {
  const input = Object.entries(Parameters.Payload).map(([name, path]) => [fieldOf(name), at(values, path)]);
  return Object.fromEntries(input);
}

/** The fields of a step's answer that the definition keeps. A missing field is a failure of the step, as in Step Functions. */
function selected({ ResultSelector }: Task, answer: StepAnswer): StepAnswer {
  if (ResultSelector === undefined) return answer;
  const values = Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [`$.Payload.${name}`, value]),
  );
  const kept = Object.entries(ResultSelector).map(([name, path]) => [fieldOf(name), at(values, path)]);
  return Object.fromEntries(kept);
}

/** The name of a field whose value is a path: `request` for `request.$`. */
function fieldOf(name: string): string {
  return name.replace(/\.\$$/, "");
}

function at<Value>(values: Record<string, Value>, path: string): Value {
  if (!Object.hasOwn(values, path)) throw new Error(`There is no value at ${path}`);
  return values[path] as Value;
}
