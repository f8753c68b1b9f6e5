// Compares handlers/*/permissions.md with the handlers' calls. Needs neither Terraform nor moto.
import path from "node:path";
import { expect, test } from "vitest";
import { manifestOf } from "./least-privilege/manifest.ts";
import { startStories } from "./stories.test-support.ts";
import { handlersFolder } from "./terraform.ts";

const { playable } = await startStories();

test.each(playable)("permissions.md of $handler lists the handler's calls", async (story) => {
  const file = path.join(handlersFolder, story.handler, "permissions.md");
  await expect(await manifestOf(story)).toMatchFileSnapshot(file);
});
