import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleDoor } from "./door.ts";
import { buildWith, type Copied } from "./planted.test-support.ts";
import { planted } from "./planted-faults.test-support.ts";
import { playScene } from "./run.ts";
import { loadSystem } from "./sandbox-systems.ts";
import { sandboxTarget } from "./sandbox-target.ts";
import { scenes } from "./scenes.ts";
import type { Target } from "./target.ts";

const targets = new Map<Copied, Target>();
beforeAll(async () => {
  for (const name of ["iam-group", "github-team"] as const)
    targets.set(name, await sandboxTarget(await loadSystem(name)));
});
afterAll(async () => {
  for (const target of targets.values()) await target.close();
});

async function play(name: string, bundle: string, handler: Copied = "iam-group") {
  const scene = scenes.find((one) => one.name === name);
  const target = targets.get(handler);
  if (!scene || !target) throw new Error(`Unknown scene ${name}, or no target of ${handler}`);
  const { status, reason = "" } = await playScene(scene, bundleDoor(bundle), target);
  return { status, reason };
}

for (const { fault, scene, seen, ...change } of planted)
  test(`"${scene}" fails if ${fault}`, async () => {
    expect(await play(scene, await buildWith(change), change.handler)).toEqual({
      status: "failed",
      reason: expect.stringMatching(seen),
    });
  });

for (const name of ["iam-group", "github-team"] as const)
  test(`an unchanged copy of ${name} passes each of these scenes`, async () => {
    const bundle = await buildWith(undefined, name);
    for (const { scene, handler = "iam-group" } of planted)
      if (handler === name)
        expect(await play(scene, bundle, name), scene).toMatchObject({ status: "passed" });
  });

test("a fault that no longer fits the source is an error", async () => {
  await expect(buildWith({ file: "index", text: "no such text", instead: "" })).rejects.toThrow(
    "is 0 times in",
  );
  await expect(buildWith({ file: "resolve", text: "return", instead: "" })).rejects.toThrow(
    /is \d+ times in .+resolve.ts instead of once/,
  );
});
