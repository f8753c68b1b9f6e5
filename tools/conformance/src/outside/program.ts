import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** How a program ended. `late` if it was killed because its time was up. */
export type Ended = { stdout: string; stderr: string; code: number | null; late: boolean };

export type Running = { ended: Promise<Ended>; kill(): void };

const running = new Set<number>();
process.once("exit", () => running.forEach(killGroup));

/** Starts a line of the shell, with the caller's own environment besides `environment`. It ends with this process. */
export function spawnProgram(
  program: string,
  environment: Record<string, string> = {},
): { child: ChildProcessWithoutNullStreams; kill(): void } {
  // In a process group of its own: to kill the shell alone would leave what it started.
  const child = spawn(program, { shell: true, detached: true, env: { ...process.env, ...environment } });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  child.once("close", () => pid !== undefined && running.delete(pid));
  child.stdin.on("error", () => undefined); // A program need not read what it is given.
  return { child, kill: () => pid !== undefined && killGroup(pid) };
}

/** Runs a line of the shell once, with `input` on its stdin. */
export function startProgram(
  program: string,
  input: string,
  options: { environment: Record<string, string>; timeoutMilliseconds: number },
): Running {
  const { child, kill } = spawnProgram(program, options.environment);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, options.timeoutMilliseconds);
  child.stdin.end(input);
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")])
    .then(([stdout, stderr, [code]]): Ended => ({ stdout, stderr, code, late }))
    .finally(() => clearTimeout(timer));
  return { ended, kill };
}

/** `it ended with code 1: KeyError: 'room'` */
export function describeEnd(code: number | null, stderr: string): string {
  const lastWords = stderr.trimEnd().split("\n").at(-1) ?? "";
  const how = code === null ? "it was killed" : `it ended with code ${code}`;
  return lastWords === "" ? how : `${how}: ${lastWords}`;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
