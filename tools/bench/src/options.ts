import { parseArgs } from "node:util";

/** `rounds`: cold starts of each variant per network. `invocations`: in one warm process. */
export type Options = {
  rounds: number;
  invocations: number;
  json: boolean;
  check: boolean;
  "report-times": boolean;
  write: boolean;
};

export const usage = `Measures every built handler beside an empty handler and a peer, and the gain of
each line of the build.

  npm run bench [-- <options>]

  --rounds N        rounds of cold starts, each on a stubbed network and over
                    TLS (default 15, at least 15)
  --invocations N   invocations of one warm process (default 100000)
  --json            print the report as JSON instead of tables
  --check           measure only the values with a budget; exit code 1 if a
                    budget is exceeded
  --report-times    with --check: report exceeded budgets of time without
                    failing, for machines under other load
  --write           also write the tables into docs/performance.md, and the
                    chart beside that page
  --help            this text

The exit code is 0, 1 with --check, or 2 if the command is wrong.

  npm run bench -- --check
`;

const flag = { type: "boolean", default: false } as const;

/** The options of the command line; undefined if an option is unknown or its value invalid. */
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
