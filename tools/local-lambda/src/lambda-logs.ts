import type { Readable } from "node:stream";
import { record } from "@sym/stand-ins/kernel/record";

// Must match the text in lambda-bootstrap.cjs. The zero byte distinguishes the mark from a handler's output.
const END_OF_INVOCATION = "\0end of invocation";

/** Collects the lines of a process, invocation by invocation. */
export type LogCollector = {
  /** Waits for the end of the invocation on every stream, or of the process, and returns the lines up to the end. */
  take(): Promise<string[]>;
};

/** Keeps the order within each stream. Lines of different streams are in the order of arrival. */
export function collectLogs(streams: Readable[]): LogCollector {
  let lines: string[] = [];
  const keep = (line: string) => {
    lines.push(line);
    record({ line });
  };
  const readers = streams.map((stream) => readLines(stream, keep));
  return {
    take: async () => {
      await Promise.all(readers.map((reader) => reader.endOfInvocation()));
      const taken = lines;
      lines = [];
      return taken;
    },
  };
}

function readLines(stream: Readable, print: (line: string) => void) {
  let rest = "";
  let ends = 0;
  let wake = () => {};

  function readLine(line: string) {
    if (!line.endsWith(END_OF_INVOCATION)) return print(line);
    const unterminated = line.slice(0, -END_OF_INVOCATION.length);
    if (unterminated) print(unterminated);
    ends += 1;
    wake();
  }

  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(readLine);
  });
  stream.on("close", () => {
    if (rest) print(rest);
    ends = Number.POSITIVE_INFINITY;
    wake();
  });

  return {
    endOfInvocation: async () => {
      if (ends === 0) await new Promise<void>((resolve) => (wake = resolve));
      ends -= 1;
    },
  };
}
