import { randomUUID } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { type LambdaEnvironment, startEnvironment } from "./lambda-environment.ts";
import type { FunctionSettings } from "./lambda-process.ts";

/** `bundle` is a `.cjs` file, or a directory with an `index.cjs`. */
export type LocalLambdaOptions = {
  bundle: string;
  /** The exported function of the bundle that answers events. Default `handler`. */
  exported?: string;
  /** Sets the function's region and name. Default `arn:aws:lambda:us-east-1:123456789012:function:sym-handler`. */
  functionArn?: string;
  /** Default 30,000. */
  timeoutMilliseconds?: number;
  /** Default 10,000, as in Lambda. */
  initTimeoutMilliseconds?: number;
  /** Added to Lambda's own variables. The environment of this process is not passed on. */
  environment?: Record<string, string>;
  /** Path of the Node.js binary; by default the binary of this process. */
  node?: string;
  /**
   * The function's clock, in milliseconds since 1970; by default the real clock. During an event, `Date` in the function is as far
   * ahead of the real clock as this clock was when the event began, so time can pass between events.
   */
  now?: () => number;
  /** With `now`: the function's clock stands still during an event, so that equal events write equal times. */
  standsStill?: boolean;
};

/** `functionError` as Lambda sets it; `payload` is then `{ errorType, errorMessage, trace? }`. */
export type Invocation = {
  payload: unknown;
  functionError?: string;
  requestId: string;
  /** The printed lines; the first invocation also has the lines printed while the bundle loaded. */
  logs: string[];
  coldStart: boolean;
  /** From the start of the event to its answer, without the start of the process. */
  durationMilliseconds: number;
};

export type LocalLambda = {
  /**
   * Rejects only for an aborted `signal` (the function runs on, as in Lambda) or if no process starts. Lambda can
   * deliver an event twice: give both deliveries the same `requestId`, which is new by default.
   */
  invoke(payload: unknown, options?: { signal?: AbortSignal; requestId?: string }): Promise<Invocation>;
  environments(): { pid: number; busy: boolean }[];
  /** Sends SIGKILL to one environment, as a fault. Throws for a pid that is not in `environments()`. */
  kill(pid: number): void;
  /** Kills every environment and waits for its end. */
  close(): Promise<void>;
};

const FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:sym-handler";

/** Runs a built bundle like Lambda: one event at a time in a process, and more processes for concurrent events. */
export function startLocalLambda(options: LocalLambdaOptions): LocalLambda {
  const settings = readSettings(options);
  const environments = new Set<LambdaEnvironment>();
  const running = new Set<Promise<Invocation>>();
  let closed = false;

  async function run(event: string, requestId: string): Promise<Invocation> {
    const warm = [...environments].find((one) => one.isAlive() && !one.isBusy());
    // An environment starts only for an event, never again by itself, so that a bundle that cannot load does not loop.
    const environment = warm ?? (await startEnvironment(settings));
    if (!warm) keep(environment);
    const outcome = await environment.run(requestId, event);
    return { ...outcome, requestId, coldStart: !warm };
  }

  function keep(environment: LambdaEnvironment) {
    environments.add(environment);
    void environment.exited.then(() => environments.delete(environment));
    if (closed) environment.kill();
  }

  return {
    invoke: async (payload, { signal, requestId = randomUUID() } = {}) => {
      signal?.throwIfAborted();
      if (closed) throw new Error("The local Lambda is closed");
      const invocation = run(JSON.stringify(payload) ?? "{}", requestId);
      running.add(invocation);
      const forget = () => running.delete(invocation);
      invocation.then(forget, forget);
      return await (signal ? untilAborted(invocation, signal) : invocation);
    },
    environments: () =>
      [...environments].filter((one) => one.isAlive()).map((one) => ({ pid: one.pid, busy: one.isBusy() })),
    kill: (pid) => {
      const environment = [...environments].find((one) => one.pid === pid);
      if (!environment) throw new Error(`No environment of this function has the pid ${pid}`);
      environment.kill();
    },
    close: async () => {
      closed = true;
      for (const environment of environments) environment.kill();
      await Promise.allSettled(running);
      await Promise.all([...environments].map((one) => one.exited));
    },
  };
}

function readSettings(options: LocalLambdaOptions): FunctionSettings {
  const bundle = path.resolve(options.bundle);
  const isDirectory = statSync(bundle).isDirectory();
  const file = isDirectory ? path.join(bundle, "index.cjs") : bundle;
  if (path.extname(file) !== ".cjs" || !existsSync(file)) {
    throw new Error(`${bundle} is not a bundle. Give a .cjs file or a directory with an index.cjs`);
  }
  return {
    functionArn: options.functionArn ?? FUNCTION_ARN,
    taskRoot: path.dirname(file),
    handler: `${path.basename(file, ".cjs")}.${options.exported ?? "handler"}`,
    node: options.node ?? process.execPath,
    timeoutMilliseconds: options.timeoutMilliseconds ?? 30_000,
    initTimeoutMilliseconds: options.initTimeoutMilliseconds ?? 10_000,
    environment: options.environment ?? {},
    now: options.now,
    standsStill: options.standsStill ?? false,
  };
}

function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}
