// Starts the page of the console.
import { readCommandLine } from "@sym/command-line/command-line";
import { runCommand, UsageError } from "@sym/command-line/usage-error";
import { handlersWith } from "@sym/local-lambda/handler-parts";
import { installClock } from "./clock.ts";
import { type LookOptions, openLook } from "./look/look.ts";
import { openPlay } from "./play/play.ts";
import { openStage } from "./play/stage.ts";
import { lookRoutes } from "./web/look-routes.ts";
import { playRoutes } from "./web/play-routes.ts";
import { startServer } from "./web/server.ts";

const usage = `Starts a page on this machine, in which you ask for access, approve, let time
pass, and break things. Everything runs here: stand-ins in the place of AWS,
GitHub and the flag systems, and the built bundles in local Lambdas.

  npm run console [-- <handler>...] [-- --port <port>]

With tables in AWS, the page shows a deployment, and changes nothing. Your own
credentials need dynamodb:Scan on the tables of leases, and dynamodb:Query and
GetItem on the table of requests and its indexes.

  npm run console -- --prefix <name_prefix> [--requests <table>]
  npm run console -- --table <table> [--table <table>] [--region <region>]

Without a handler and without a table, all handlers take part. Ctrl-C ends
everything.

  npm run console -- iam-group
`;

const text = { type: "string" } as const;

await runCommand(async () => {
  const { values, positionals } = readCommandLine(
    process.argv.slice(2),
    {
      ...{ table: { type: "string", multiple: true }, prefix: text, requests: text, region: text },
      ...{ port: text, help: { type: "boolean", short: "h" } },
    },
    "npm run console --",
  );
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const { table: tables = [], prefix, requests, region } = values;
  const isLook = tables.length > 0 || prefix !== undefined || requests !== undefined;
  if (isLook && positionals.length > 0)
    throw new UsageError(
      `${positionals[0]} names a handler, but the tables of a deployment hold all of its handlers; leave the name out.`,
    );
  if (tables.length > 0 && prefix !== undefined)
    throw new UsageError("--table and --prefix both name tables of leases; leave one of them out.");
  const port = portOf(values.port);
  await (isLook ? look({ tables, prefix, requests, region }, port) : play(handlersOf(positionals), port));
  return 0;
});

function handlersOf(names: string[]): string[] {
  const known = handlersWith("console");
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`The console has no handler "${unknown}". Choose from: ${known.join(", ")}.`);
}

function portOf(text = "0"): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port;
  throw new UsageError(`--port is ${text}, but must be a port from 1 to 65535.`);
}

async function play(handlers: string[], port: number): Promise<void> {
  installClock();
  const stage = await openStage(handlers);
  await show(playRoutes(await openPlay(stage)), port);
  await stage.close();
}

async function look(options: LookOptions, port: number): Promise<void> {
  await show(lookRoutes(await openLook(options)), port);
}

/** Serves the pages until Ctrl-C. */
async function show(routes: Parameters<typeof startServer>[0], port: number): Promise<void> {
  const server = await startServer(routes, port);
  const ended = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  process.stdout.write(`Open ${server.address}\nCtrl-C ends the console.\n`);
  await ended;
  await server.close();
}
