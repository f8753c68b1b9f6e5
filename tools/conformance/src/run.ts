import { Broken } from "./broken.ts";
import type { Door } from "./door.ts";
import type { Scene, SceneNeed } from "./scene.ts";
import { openStage } from "./stage.ts";
import type { Target } from "./target.ts";

/** The result of one scene; `reason` unless the scene passed. */
export type SceneResult = {
  scene: string;
  promise: string;
  status: "passed" | "failed" | "not-applicable" | "not-covered";
  reason?: string;
  milliseconds: number;
};

/** Plays one scene with a reset target system and a newly started handler. */
export async function playScene(scene: Scene, door: Door, target: Target): Promise<SceneResult> {
  const start = performance.now();
  const told = (status: SceneResult["status"], reason?: string): SceneResult => ({
    scene: scene.name,
    promise: scene.promise,
    status,
    ...(reason !== undefined && { reason }),
    milliseconds: Math.round(performance.now() - start),
  });
  const reason = target.notApplicable[scene.name];
  if (reason !== undefined) return told("not-applicable", reason);
  if (target.unavailable !== undefined) return told("not-covered", target.unavailable);
  const missing = scene.needs.flatMap((need) => uncovered[need](door, target) ?? []);
  if (missing.length > 0) return told("not-covered", missing.join("; "));
  await target.begin?.();
  const stage = openStage(door, target);
  try {
    await scene.play(stage);
    return told("passed");
  } catch (error) {
    if (error instanceof Broken) return told("failed", error.message);
    throw error;
  } finally {
    await stage.close();
  }
}

/** The reason why a need is not met; undefined if the need is met. */
const uncovered: Record<SceneNeed, (door: Door, target: Target) => string | undefined> = {
  seed: (_door, { begin, addPerson }) =>
    begin && addPerson ? undefined : "no person can be added to the target system",
  standing: (_door, { give }) => (give ? undefined : "access cannot be granted by hand"),
  read: (_door, { has }) => (has ? undefined : "the target system cannot be read"),
  faults: (_door, { faults }) => (faults ? undefined : "the target system cannot be made to fail"),
  calls: (_door, { calls }) => (calls ? undefined : "the calls to the target system cannot be seen"),
  writes: (_door, { writes }) => (writes ? undefined : "the writes of the handler cannot be seen"),
  time: (_door, { passTime }) => (passTime ? undefined : "the handler's records cannot be made older"),
  ambiguity: (_door, { makeAmbiguous }) =>
    makeAmbiguous ? undefined : "no person can be made ambiguous in the target system",
  "other-settings": (_door, { unknownResource }) =>
    unknownResource ? undefined : "no settings for a missing resource are known",
  rename: (_door, { rename }) => (rename ? undefined : "the resource cannot be renamed in the target system"),
  roles: (_door, { roles }) => (roles ? undefined : "the target describes no roles"),
  delivery: ({ obeysOpening }) =>
    obeysOpening ? undefined : "the suite cannot set the request ids of deliveries",
  kill: ({ obeysOpening }) => (obeysOpening ? undefined : "the suite cannot kill the handler"),
  deadline: ({ obeysOpening }) =>
    obeysOpening ? undefined : "the suite cannot set the handler's time limit",
  logs: ({ readsLogs }) => (readsLogs ? undefined : "the handler's log cannot be read"),
};
