// Each handler, from the zip of the commit before to the zip of the present sources, and back, with leases in every state.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { handlersWith } from "@sym/local-lambda/handler-parts";
import { afterEach, describe, inject, test, vi } from "vitest";
import { inAccount } from "../src/handler-account.test-support.ts";
import { leaseScenes } from "../src/lease-scenes.test-support.ts";
import { kindsOf, playLeaseScene } from "../src/play-lease-scene.test-support.ts";
import type { TwoVersions } from "./two-versions.ts";

const versions = inject("versions");

afterEach(() => {
  vi.useRealTimers();
});

describe.runIf("head" in versions)("with leases in every state", () => {
  const handlers = handlersWith("console").filter((handler) => existsSync(bundleOf("before", handler)));

  test.for(handlers)("%s is upgraded", (handler) => change(handler, "before", "head"));
  test.for(handlers)("%s goes back", (handler) => change(handler, "head", "before"));
});

type Commit = "before" | "head";

/** Plays each scene: the first part in one version, and the second part in the other. */
function change(handler: string, from: Commit, to: Commit): Promise<void> {
  const bundles = { [from]: bundleOf(from, handler), [to]: bundleOf(to, handler) };
  return inAccount(handler, bundles, async (account) => {
    for (const thing of kindsOf(account))
      for (const scene of leaseScenes) {
        account.deploy(from);
        await playLeaseScene(account, { scene, thing }, async () => account.deploy(to));
      }
  });
}

function bundleOf(commit: Commit, handler: string): string {
  const folders = versions as Extract<TwoVersions, { head: string }>;
  return join(folders[commit] ?? "", handler, "index.cjs");
}
