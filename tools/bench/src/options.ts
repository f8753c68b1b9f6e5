import { parseArgs } from "node:util";

/** `rounds` per network; `invocations` of one warm process. */
export type Options = {
  rounds: number;
  invocations: number;
  json: boolean;
  check: boolean;
  "report-times": boolean;
  write: boolean;
};

export const usage = `Measures every built handler beside an empty one and a peer, and what each line of the build gives.

  npm run bench -- [options]

  --rounds N        rounds of cold starts, each on a stubbed network and over TLS (15, and at least 15)
  --invocations N   invocations of one warm process (100000)
  --json            everything as JSON instead of a table
  --check           only what has a budget; exit code 1 if one is exceeded
  --report-times    with --check: what takes too long is told, and fails nothing; for machines with other work to do
  --write           also puts the tables into docs/performance.md, and the chart beside it
`;

const flag = { type: "boolean", default: false } as const;

/** Undefined for what is no use of the command. */
export function readOptions(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args: args.filter((arg) => arg !== "--"),
      options: {
        rounds: { type: "string", default: "15" },
        invocations: { type: "string", default: "100000" },
        json: flag,
        check: flag,
        "report-times": flag,
        write: flag,
      },
    });
    const [rounds, invocations] = [Number(values.rounds), Number(values.invocations)];
    return rounds >= 15 && invocations >= 1 ? { ...values, rounds, invocations } : undefined;
  } catch {
    return undefined;
  }
}
