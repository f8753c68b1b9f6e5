import { expect } from "vitest";
import { castOf } from "./cast.test-support.ts";
import { pass, setClock } from "./clock.test-support.ts";
import type { HandlerAccount } from "./handler-account.test-support.ts";
import type { LeaseScene } from "./lease-scenes.test-support.ts";
import { isUnfinished } from "./unfinished.ts";

/** A handler's thing in a scene. Things of one kind have the same records, so only the first of each kind is played. */
export type PlayedThing = HandlerAccount["target"]["things"][number];

export function kindsOf({ target: { things } }: HandlerAccount): PlayedThing[] {
  return things.filter(
    ({ isForAll }, index) => things.findIndex((one) => one.isForAll === isForAll) === index,
  );
}

/** Plays a scene. `between`: after its first part. At the end, nothing is left of the scene's requests. */
export async function playLeaseScene(
  account: HandlerAccount,
  { scene, thing }: { scene: LeaseScene; thing: PlayedThing },
  between: () => Promise<void>,
): Promise<void> {
  const { sandbox, replace } = account;
  setClock();
  sandbox.reset();
  await replace([]);
  const cast = castOf(account, thing);
  await scene.before(cast);
  await between();
  await scene.after(cast);
  await cast.mustHold(scene.isStanding ?? false, "at the end");
  pass(24 * 60);
  await cast.sweep(0);
  expect((await account.items()).filter(isUnfinished)).toEqual([]);
  await cast.set(false);
}
