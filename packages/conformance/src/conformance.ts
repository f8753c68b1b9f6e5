// Holds handlers to the promises of this workspace. See command/usage.ts for what it can be told.
import { runCommand } from "@sym/sandbox/mistake";
import { paint, printable } from "@sym/sandbox/terminal";
import { type Candidate, candidatesFor } from "./command/candidates.ts";
import { readConformanceOptions } from "./command/options.ts";
import { count, describeAsJson, describeCounts, describeRow, type Suite } from "./command/report.ts";
import { usage } from "./command/usage.ts";
import { playScene, type Result } from "./run.ts";
import type { Scene } from "./scene.ts";

// Programs that were started end with this one.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

await runCommand(async () => {
  const options = readConformanceOptions(process.argv.slice(2));
  const write = (text: string) => process.stdout.write(text);
  if (!options) {
    write(usage);
    return 0;
  }
  const say = options.json ? () => undefined : write;
  const suites: Suite[] = [];
  for (const candidate of await candidatesFor(options)) {
    say(`${paint("bold", printable(candidate.name))}\n\n`);
    const results = await play(candidate, options.scenes, (result) => say(`${describeRow(result)}\n`));
    suites.push({ handler: candidate.name, results });
    say(`\n${describeCounts(count(results))}.\n\n`);
  }
  const all = suites.flatMap(({ results }) => results);
  if (suites.length > 1) say(`All ${suites.length} handlers: ${describeCounts(count(all))}.\n`);
  if (options.json) write(`${describeAsJson(suites)}\n`);
  return count(all).failed > 0 ? 1 : 0;
});

async function play({ open }: Candidate, chosen: Scene[], tell: (result: Result) => void): Promise<Result[]> {
  const { door, target, close } = await open();
  const results: Result[] = [];
  try {
    for (const scene of chosen) {
      const result = await playScene(scene, door, target);
      results.push(result);
      tell(result);
    }
  } finally {
    await close();
  }
  return results;
}
