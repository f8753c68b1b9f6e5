import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** The end of a program. `late`: the program ran out of time and was killed. */
export type Ended = { stdout: string; stderr: string; code: number | null; late: boolean };

export type Running = { ended: Promise<Ended>; kill(): void };

const running = new Set<number>();
process.once("exit", () => running.forEach(killGroup));

/** Starts a shell command with the caller's environment and `environment`. The command ends with this process. */
export function spawnProgram(
  program: string,
  environment: Record<string, string> = {},
): { child: ChildProcessWithoutNullStreams; kill(): void } {
  // The command has its own process group, because killing the shell alone would leave the shell's children.
  const child = spawn(program, { shell: true, detached: true, env: { ...process.env, ...environment } });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  child.once("close", () => pid !== undefined && running.delete(pid));
  child.stdin.on("error", () => undefined); // A program need not read its stdin.
  return { child, kill: () => pid !== undefined && killGroup(pid) };
}

/** Runs a shell command once, with `input` on stdin. */
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

/** `the program ended with code 1: KeyError: 'room'` */
export function describeEnd(code: number | null, stderr: string): string {
  const lastWords = stderr.trimEnd().split("\n").at(-1) ?? "";
  const how = code === null ? "the program was killed" : `the program ended with code ${code}`;
  return lastWords === "" ? how : `${how}: ${lastWords}`;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has already ended.
  }
}
