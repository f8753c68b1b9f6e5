// The flow, from the zips of the commit before to those of the present sources, and back, with requests in every status. AWS keeps the
// definition of the state machine with which an execution began, so each version's functions also answer the other's definition.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, inject, test, vi } from "vitest";
import { setClock } from "../src/clock.test-support.ts";
import { openFlowAccount } from "../src/flow-account.test-support.ts";
import { flowScenes } from "../src/flow-scenes.test-support.ts";
import type { FlowVersion } from "../src/flow-version.ts";
import { playFlowScene } from "../src/play-flow-scene.test-support.ts";
import type { TwoVersions } from "./two-versions.ts";

const versions = inject("versions");
type Commit = "before" | "head";
type Deployed = { flow?: Commit; handler?: Commit };

afterEach(() => {
  vi.useRealTimers();
});

describe.runIf("head" in versions)("with requests in every status", () => {
  test.for<[what: string, from: Commit, to: Deployed]>([
    ["the flow and its handler are upgraded", "before", { flow: "head", handler: "head" }],
    ["only the handler is upgraded", "before", { handler: "head" }],
    ["only the flow is upgraded", "before", { flow: "head" }],
    ["the flow and its handler go back", "head", { flow: "before", handler: "before" }],
    ["only the flow goes back", "head", { flow: "before" }],
    ["only the handler goes back", "head", { handler: "before" }],
  ])("%s", ([, from, to]) => change(from, to));
});

/** Plays each scene: the first part in one version, and the second part after the deployment. */
async function change(from: Commit, to: Deployed): Promise<void> {
  setClock();
  const other = from === "head" ? "before" : "head";
  const account = await openFlowAccount({ [from]: flowOf(from), [other]: flowOf(other) });
  try {
    for (const scene of flowScenes)
      await playFlowScene(account, scene, async () => {
        account.deploy(to);
      });
  } finally {
    await account.close();
  }
}

function flowOf(commit: Commit): FlowVersion {
  const folder = (versions as Extract<TwoVersions, { head: string }>)[commit];
  const bundleOf = (name: string) => join(folder, name, "index.cjs");
  return {
    functions: bundleOf("flow-functions"),
    door: bundleOf("slack-door"),
    handler: bundleOf("iam-group"),
    definition: JSON.parse(readFileSync(join(folder, "definition.asl.json"), "utf8")),
  };
}
