import { expect } from "vitest";
import { setClock } from "./clock.test-support.ts";
import type { FlowAccount } from "./flow-account.test-support.ts";
import { flowCastOf } from "./flow-cast.test-support.ts";
import type { FlowScene } from "./flow-scenes.test-support.ts";
import { isUnfinished } from "./unfinished.ts";

/** Plays a scene. `between`: after its first part, with the ids of the requests. At the end, nobody has access. */
export async function playFlowScene(
  account: FlowAccount,
  scene: FlowScene,
  between: (ids: string[]) => Promise<void>,
): Promise<void> {
  setClock();
  await account.begin();
  const cast = flowCastOf(account);
  await scene.before(cast);
  await between(cast.ids);
  await scene.after(cast);
  for (const person of ["robin", "sam"]) cast.mustHold(false, person);
  await account.pass(24 * 60);
  await account.watch();
  expect((await account.items()).filter((item) => item["open_key"] !== undefined)).toEqual([]);
  expect((await account.leases()).filter(isUnfinished)).toEqual([]);
}
