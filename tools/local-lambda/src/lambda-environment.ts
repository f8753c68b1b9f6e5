import { once } from "node:events";
import { exitAnswer, type LambdaAnswer, timeoutAnswer } from "./lambda-answer.ts";
import { collectLogs } from "./lambda-logs.ts";
import { type FunctionSettings, spawnLambda } from "./lambda-process.ts";
import { type RuntimeEvent, startRuntimeApi } from "./lambda-runtime-api.ts";

/** `durationMilliseconds`: from the start of the event to its answer, without the start of the process. */
type FinishedInvocation = LambdaAnswer & { logs: string[]; durationMilliseconds: number };

/** One process that handles one event at a time. */
export type LambdaEnvironment = {
  pid: number;
  isBusy(): boolean;
  /** False once the process was killed or has ended. */
  isAlive(): boolean;
  /** Runs an event in an idle environment. Always resolves, even if the process dies. */
  run(requestId: string, event: string): Promise<FinishedInvocation>;
  kill(): void;
  exited: Promise<unknown>;
};

type Work = {
  requestId: string;
  event: string;
  handedOver?: number;
  answer?: LambdaAnswer;
  durationMilliseconds: number;
  resolve(outcome: FinishedInvocation): void;
};

export async function startEnvironment(settings: FunctionSettings): Promise<LambdaEnvironment> {
  let alive = true;
  let work: Work | undefined;
  let send: ((event: RuntimeEvent) => void) | undefined;
  let reasonToStop: LambdaAnswer | undefined;
  let timer: NodeJS.Timeout;

  const api = await startRuntimeApi({
    next: (sendEvent) => {
      clearTimeout(timer);
      send = sendEvent;
      // The invocation ends only now, when the environment is ready for the next event, so that warm starts are
      // certain.
      if (work?.answer) return finish(work, work.answer);
      return handOver();
    },
    answer: (requestId, answer) => {
      if (work?.requestId === requestId) record(work, answer);
    },
    initError: (answer) => stop(answer),
  });
  const child = await spawnLambda(settings, api.address).catch((error) => {
    api.close();
    throw error;
  });
  const logs = collectLogs([child.stdout, child.stderr]);
  const exited = once(child, "exit").then(() => {
    alive = false;
    api.close();
  });
  // `close` comes after `exit`, when all output is read.
  child.once("close", (code, signal) => {
    clearTimeout(timer);
    if (!work) return;
    finish(work, record(work, reasonToStop ?? exitAnswer(work.requestId, code, signal)));
  });
  startTimer(settings.initTimeoutMilliseconds);

  function startTimer(milliseconds: number) {
    timer = setTimeout(() => stop(timeoutAnswer(work?.requestId ?? "", milliseconds)), milliseconds);
  }

  function handOver() {
    if (!work || !send) return;
    const { requestId, event: body } = work;
    const now = settings.now?.() ?? Date.now();
    const ahead = settings.now === undefined ? 0 : now - realNow();
    const deadline = now + settings.timeoutMilliseconds;
    work.handedOver = performance.now();
    startTimer(settings.timeoutMilliseconds);
    send({ requestId, body, now, deadline, ahead, functionArn: settings.functionArn });
    send = undefined;
  }

  function stop(reason: LambdaAnswer) {
    reasonToStop = reason;
    kill();
  }

  function kill() {
    alive = false;
    child.kill("SIGKILL");
  }

  function finish({ durationMilliseconds, resolve }: Work, answer: LambdaAnswer) {
    void logs.take().then((lines) => {
      work = undefined;
      resolve({ ...answer, logs: lines, durationMilliseconds });
    });
  }

  return {
    pid: child.pid,
    isBusy: () => work !== undefined,
    isAlive: () => alive,
    run: (requestId, event) =>
      new Promise((resolve) => {
        work = { requestId, event, durationMilliseconds: 0, resolve };
        handOver();
      }),
    kill,
    exited,
  };
}

/** Only the first answer counts: a process killed after its answer has still answered. */
function record(work: Work, answer: LambdaAnswer): LambdaAnswer {
  if (work.answer) return work.answer;
  work.answer = answer;
  if (work.handedOver !== undefined) work.durationMilliseconds = performance.now() - work.handedOver;
  return answer;
}

/** The real clock, also in a process that moves its own `Date`. */
function realNow(): number {
  return Math.round(performance.timeOrigin + performance.now());
}
