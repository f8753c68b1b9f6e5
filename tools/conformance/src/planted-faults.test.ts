import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleDoor } from "./door.ts";
import { buildWith } from "./planted.test-support.ts";
import { planted } from "./planted-faults.test-support.ts";
import { playScene } from "./run.ts";
import { loadSystem } from "./sandbox-systems.ts";
import { sandboxTarget } from "./sandbox-target.ts";
import { scenes } from "./scenes.ts";
import type { Target } from "./target.ts";

let target: Target;
beforeAll(async () => {
  target = await sandboxTarget(await loadSystem("iam-group"));
});
afterAll(() => target.close());

async function play(name: string, bundle: string) {
  const scene = scenes.find((one) => one.name === name);
  if (!scene) throw new Error(`There is no scene ${name}`);
  const { status, reason = "" } = await playScene(scene, bundleDoor(bundle), target);
  return { status, reason };
}

for (const { fault, scene, seen, ...change } of planted)
  test(`"${scene}" catches it if ${fault}`, async () => {
    expect(await play(scene, await buildWith(change))).toEqual({
      status: "failed",
      reason: expect.stringMatching(seen),
    });
  });

test("an unchanged copy passes each of these scenes", async () => {
  const bundle = await buildWith();
  for (const { scene } of planted)
    expect(await play(scene, bundle), scene).toMatchObject({ status: "passed" });
});

test("a fault that does not fit the source any more is an error", async () => {
  await expect(buildWith({ file: "index", text: "no such text", instead: "" })).rejects.toThrow(
    "is 0 times in",
  );
  await expect(buildWith({ file: "resolve", text: "return", instead: "" })).rejects.toThrow(
    /is \d+ times in .+resolve.ts, and not once/,
  );
});
