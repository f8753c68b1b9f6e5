import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export type RunningProgram = { hasEnded(): boolean; output(): string; stop(): Promise<void> };

type Options = {
  env?: Record<string, string>;
  cwd?: string;
  uid?: number;
  gid?: number;
  /** SIGKILL unless given. */
  stopSignal?: NodeJS.Signals;
};

/** Starts a program, with only the path of this process's environment. The program ends with this process. */
export function startProgram(
  command: string,
  args: string[],
  { env, stopSignal = "SIGKILL", ...options }: Options,
): RunningProgram {
  const child: ChildProcess = spawn(command, args, {
    ...options,
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit").catch(() => undefined);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      output = (output + chunk).slice(-2_000);
    });
  child.on("error", (error) => {
    output = error.message;
  });
  const kill = () => child.kill(stopSignal);
  process.once("exit", kill);
  return {
    hasEnded: () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
    output: () => output.trim(),
    stop: async () => {
      process.off("exit", kill);
      if (child.pid === undefined) return;
      kill();
      await exited;
    },
  };
}

/** Waits until the URL answers a request with these headers with a good status. */
export async function untilAnswering(
  url: string,
  headers: Record<string, string>,
  program: RunningProgram,
): Promise<void> {
  const isThere = () =>
    fetch(url, { headers }).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isThere, program, `no good answer at ${url}`);
}

/** Retries `isReady` for five minutes at most. Then, or if the program has ended, stops the program and throws. */
export async function until(
  isReady: () => Promise<boolean>,
  program: RunningProgram,
  otherwise: string,
): Promise<void> {
  const end = Date.now() + 5 * 60_000;
  while (!program.hasEnded() && Date.now() < end) {
    if (await isReady()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await program.stop();
  throw new Error(`${otherwise}; it said: ${program.output() || "nothing"}`);
}
