// Plays a story for each handler, and prints the answers and the target system after each event.
import { readCommandLine } from "@sym/command-line/command-line";
import { paint } from "@sym/command-line/terminal";
import { runCommand, UsageError } from "@sym/command-line/usage-error";
import { handlersWith, loadPart } from "@sym/local-lambda/handler-parts";
import { playStory, type Row } from "./play.ts";
import type { Story } from "./story.ts";
import { summary } from "./summary.ts";

const usage = `Plays a story for each handler, against stand-ins on this machine.

  npm run demo [-- <handler>...] [-- --handlers <folder>]

--handlers names the folder with the handlers and their built bundles (default
handlers/). The exit code is 0 if every promise was kept, 1 if a promise was
broken, 2 if the command is wrong.

  npm run demo -- iam-group
`;

await runCommand(async () => {
  const { values, positionals } = readCommandLine(
    process.argv.slice(2),
    { handlers: { type: "string" }, help: { type: "boolean", short: "h" } },
    "npm run demo --",
  );
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const start = performance.now();
  const rows: Row[] = [];
  for (const story of await chosenStories(positionals))
    rows.push(...(await playStory(story, values.handlers)));
  process.stdout.write(`\n\n${paint(["bold", "underline"], "Promises, and the results of the demo")}\n\n`);
  process.stdout.write(`${summary(rows, performance.now() - start)}\n`);
  process.stdout.write("\nTo play with requests yourself, in a page on this machine: npm run console\n");
  return rows.every((row) => row.differences.length === 0) ? 0 : 1;
});

async function chosenStories(handlers: string[]): Promise<Story[]> {
  const known = handlersWith("demo");
  for (const handler of handlers)
    if (!known.includes(handler))
      throw new UsageError(`No demo exists for "${handler}". Choose from: ${known.join(", ")}.`);
  const parts = await Promise.all(
    known
      .filter((handler) => handlers.length === 0 || handlers.includes(handler))
      .map((handler) => loadPart(handler, "demo")),
  );
  return parts.map((part) => part?.["story"] as Story);
}
