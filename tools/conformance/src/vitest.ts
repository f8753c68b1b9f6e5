import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleDoor } from "./door.ts";
import { playScene } from "./run.ts";
import { notApplicableOf, type SandboxSystem, sandboxTarget } from "./sandbox-target.ts";
import { scenes } from "./scenes.ts";
import type { Target } from "./target.ts";

/**
 * Declares a test for each scene, with the handler's built bundle in the folder `dist`. The title of a scene that does
 * not apply has the reason. If the system cannot start, the run prints the reason, and skips the scenes except in CI.
 */
export function testConformance(system: SandboxSystem, dist: URL): void {
  const bundle = fileURLToPath(dist);
  let target: Target;
  beforeAll(async () => {
    target = await sandboxTarget(system);
    if (target.unavailable !== undefined)
      process.stderr.write(`SKIPPED: conformance of ${system.handler}, because ${target.unavailable}\n`);
  });
  afterAll(() => target.close());

  for (const scene of scenes) {
    const reason = notApplicableOf(system)[scene.name];
    test(
      reason ? `${scene.name}: not applicable: ${reason}` : `${scene.name}: ${scene.promise}`,
      async ({ skip }) => {
        skip(target.unavailable !== undefined && !process.env["CI"], target.unavailable);
        const { status, reason: seen } = await playScene(scene, bundleDoor(bundle), target);
        expect({ status, ...(seen && { seen }) }).toEqual(
          reason ? { status: "not-applicable", seen: reason } : { status: "passed" },
        );
      },
    );
  }
}
