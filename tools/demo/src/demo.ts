// Plays a story for each handler: what happens to people, what the handler answers, what the target system holds.
import { readCommandLine } from "@sym/command-line/command-line";
import { paint } from "@sym/command-line/terminal";
import { runCommand, UsageError } from "@sym/command-line/usage-error";
import { handlersWith, loadPart } from "@sym/local-lambda/handler-parts";
import { playStory, type Row } from "./play.ts";
import type { Story } from "./story.ts";
import { summary } from "./summary.ts";

const usage = `Plays a story for each handler, against stand-ins on this machine.

  npm run demo [-- <handler>...] [-- --handlers <folder>]

--handlers names the folder where the handlers and their built bundles are, handlers/ unless given. The exit code is 0
if everything went as promised, 1 if anything differs, 2 if the command is wrong.
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
  process.stdout.write(`\n\n${paint(["bold", "underline"], "What was promised, and what was seen")}\n\n`);
  process.stdout.write(`${summary(rows, performance.now() - start)}\n`);
  return rows.every((row) => row.differences.length === 0) ? 0 : 1;
});

async function chosenStories(handlers: string[]): Promise<Story[]> {
  const known = handlersWith("demo");
  for (const handler of handlers)
    if (!known.includes(handler))
      throw new UsageError(`There is no story about "${handler}": there is one about ${known.join(", ")}.`);
  const parts = await Promise.all(
    known
      .filter((handler) => handlers.length === 0 || handlers.includes(handler))
      .map((handler) => loadPart(handler, "demo")),
  );
  return parts.map((part) => part?.["story"] as Story);
}
