// Tests whether handlers keep the promises of this workspace. command/usage.ts lists the options.

import { paint, printable } from "@sym/command-line/terminal";
import { runCommand } from "@sym/command-line/usage-error";
import { type Candidate, candidatesFor } from "./command/candidates.ts";
import { readConformanceOptions } from "./command/options.ts";
import { count, describeAsJson, describeCounts, describeRow, type Suite } from "./command/report.ts";
import { usage } from "./command/usage.ts";
import { playScene, type SceneResult } from "./run.ts";
import type { Scene } from "./scene.ts";

// The end of this process also ends the programs that this process started.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

await runCommand(async () => {
  const options = readConformanceOptions(process.argv.slice(2));
  const write = (text: string) => void process.stdout.write(text);
  if (!options) {
    write(usage);
    return 0;
  }
  const say = options.json ? () => undefined : write;
  const suites: Suite[] = [];
  for (const candidate of await candidatesFor(options)) {
    const results = await play(candidate, options.scenes, say);
    suites.push({ handler: candidate.name, results });
    say(`\n${describeCounts(count(results))}.\n\n`);
  }
  const all = suites.flatMap(({ results }) => results);
  if (suites.length > 1) say(`All ${suites.length} handlers: ${describeCounts(count(all))}.\n`);
  if (options.json) write(`${describeAsJson(suites)}\n`);
  return count(all).failed > 0 ? 1 : 0;
});

async function play(
  { name, open }: Candidate,
  chosen: Scene[],
  say: (text: string) => void,
): Promise<SceneResult[]> {
  const { door, target, close } = await open();
  const results: SceneResult[] = [];
  say(`${paint("bold", printable(name))}\n\n`);
  try {
    for (const scene of chosen) {
      const result = await playScene(scene, door, target);
      results.push(result);
      say(`${describeRow(result)}\n`);
    }
  } finally {
    await close();
  }
  return results;
}
