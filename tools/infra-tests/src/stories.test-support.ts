import { afterAll, expect, test } from "vitest";
import { loadStories } from "./handlers.ts";
import type { Story } from "./least-privilege/story.ts";

/**
 * Starts the servers of all stories, until the end of the test file. `playable` are the stories whose servers run. For
 * others, prints the reason, and with `CI` set a test fails.
 */
export async function startStories(): Promise<{ all: Story[]; playable: Story[] }> {
  const all = await loadStories();
  const stops: (() => Promise<void>)[] = [];
  const missing: string[] = [];
  for (const { handler, start } of all)
    try {
      if (start) stops.push(await start());
    } catch (error) {
      missing.push(handler);
      process.stderr.write(`SKIPPED: the story of ${handler}, because ${(error as Error).message}\n`);
    }
  afterAll(async () => {
    for (const stop of stops) await stop();
  });
  test.runIf(process.env["CI"])("every story is playable in CI", () => {
    expect(missing).toEqual([]);
  });
  return { all, playable: all.filter(({ handler }) => !missing.includes(handler)) };
}
