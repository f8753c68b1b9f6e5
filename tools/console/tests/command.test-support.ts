import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

const command = fileURLToPath(new URL("../src/console.ts", import.meta.url));

const groups: number[] = [];

// What a failed test has left.
afterAll(() => {
  for (const group of groups) if (processesOf(group).length > 0) process.kill(-group, "SIGKILL");
});

export type Running = {
  address: string;
  child: ChildProcess;
  /** The processes of the command and of all that it has started. */
  processes(): string[];
  /** Ends the command as Ctrl-C or a supervisor does. Resolves to the exit code. */
  end(signal: NodeJS.Signals, whom: "command" | "group"): Promise<number | null>;
};

/** Starts the command in a process group of its own, as a shell does. Resolves when the command has printed its address. */
export async function startCommand(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Running> {
  const child = spawn(process.execPath, [command, ...args], {
    detached: true,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { pid = 0 } = child;
  groups.push(pid);
  let output = "";
  for await (const chunk of child.stdout) {
    output += chunk;
    const address = /Open (http\S+)\n/.exec(output)?.[1];
    if (address !== undefined) {
      return {
        address,
        child,
        processes: () => processesOf(pid),
        async end(signal, whom) {
          const exited = once(child, "exit");
          process.kill(whom === "group" ? -pid : pid, signal);
          const [code] = await exited;
          return code;
        },
      };
    }
  }
  throw new Error(`The command ended without an address: ${output}`);
}

/** Runs the command to its end. */
export async function runToEnd(args: string[], environment: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [command, ...args], {
    ...{ env: environment, stdio: ["ignore", "pipe", "pipe"] },
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { code, stdout, stderr };
}

function processesOf(group: number): string[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pgid=,pid=,stat=,args="], { encoding: "utf8" });
  const own = stdout.split("\n").filter((line) => line.trim().startsWith(`${group} `));
  return own.filter((line) => !/^\s*\d+\s+\d+\s+Z/.test(line));
}
