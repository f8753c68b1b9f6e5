import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { describeEnd, spawnProgram } from "./program.ts";

/** A running program that answers each line on stdin with a line on stdout. */
export type Conversation = {
  /** Sends a line and returns the answer. Rejects with the reason if no answer comes. */
  ask(line: string): Promise<string>;
  close(): Promise<void>;
};

/** The time limit for one line, in milliseconds. */
const patience = 30_000;

export function startConversation(program: string): Conversation {
  const { child, kill } = spawnProgram(program);
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  let end: Error | undefined;
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.resolve(line));
  const closed = Promise.all([text(child.stderr), once(child, "close")]).then(([stderr, [code]]) => {
    end = new Error(describeEnd(code, stderr));
    for (const { reject } of waiting.splice(0)) reject(end);
  });
  return {
    ask: async (line) => {
      if (end) throw end;
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      waiting.push({ resolve, reject });
      const late = new Error(
        `no line came within ${patience / 1_000} seconds; check that the program flushes its output`,
      );
      const timer = setTimeout(() => reject(late), patience);
      child.stdin.write(`${line}\n`);
      return promise.finally(() => clearTimeout(timer));
    },
    close: async () => {
      kill();
      await closed;
    },
  };
}
