// That the tests of this folder can fail: a version whose records have another name for one field.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { setClock } from "../src/clock.test-support.ts";
import { openFlowAccount } from "../src/flow-account.test-support.ts";
import { flowScenes } from "../src/flow-scenes.test-support.ts";
import { presentFlow } from "../src/flow-version.ts";
import { inAccount } from "../src/handler-account.test-support.ts";
import { leaseScenes } from "../src/lease-scenes.test-support.ts";
import { playFlowScene } from "../src/play-flow-scene.test-support.ts";
import { kindsOf, playLeaseScene } from "../src/play-lease-scene.test-support.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("a handler whose leases the other version cannot read fails, there and back", async () => {
  const [head, other] = [findBundle("iam-group"), renamed(findBundle("iam-group"), "changedAt", "changedOn")];
  await expect(upgrade(other, head)).rejects.toThrow(
    /The record lease#iam-group\|\S+ in the table of leases is invalid \(changedAt\), so this function changes nothing; read the record/,
  );
  await expect(upgrade(head, other)).rejects.toThrow("is invalid (changedOn), so this function changes");
});

test("a flow whose requests the other version cannot read fails, there and back", async () => {
  const head = presentFlow();
  const other = { ...head, functions: renamed(head.functions, "holdUntil", "heldUntil") };
  for (const [from, to] of [
    [other, head],
    [head, other],
  ] as const) {
    setClock();
    const account = await openFlowAccount({ from, to });
    onTestFinished(account.close);
    const [scene = expect.fail()] = flowScenes.filter(({ name }) => name === "held");
    const played = playFlowScene(account, scene, async () => {
      account.deploy({ flow: "to" });
    });
    await expect(played).rejects.toThrow(
      /in the table of requests makes no sense \(times\.(hold|held)Until\), so the flow changes nothing/,
    );
  }
});

async function upgrade(from: string, to: string): Promise<void> {
  await inAccount("iam-group", { from, to }, async (account) => {
    const [scene = expect.fail()] = leaseScenes.filter(({ name }) => name === "held");
    const [thing = expect.fail()] = kindsOf(account);
    await playLeaseScene(account, { scene, thing }, async () => account.deploy("to"));
  });
}

/** A copy of a bundle with another name for a field. */
function renamed(bundle: string, field: string, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), "sym-planted-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const copy = join(folder, "index.cjs");
  const code = readFileSync(bundle, "utf8");
  expect(code).toContain(field);
  writeFileSync(copy, code.replaceAll(field, name));
  return copy;
}
