import { afterAll, expect, test } from "vitest";
import { loadStories } from "./handlers.ts";
import type { Story } from "./least-privilege/story.ts";

/**
 * The stories that can be played here, each with its server running until the end of the test file. Which cannot, and
 * why, is printed, and with `CI` set a test fails.
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
  test.runIf(process.env["CI"])("every story can be played where tests may not be skipped", () => {
    expect(missing).toEqual([]);
  });
  return { all, playable: all.filter(({ handler }) => !missing.includes(handler)) };
}
