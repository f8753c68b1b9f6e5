import type { Stage } from "./stage.ts";

/** The needs of a scene besides a handler that answers. */
export type SceneNeed =
  | "seed"
  | "standing"
  | "read"
  | "faults"
  | "calls"
  | "writes"
  | "time"
  | "ambiguity"
  | "other-settings"
  | "rename"
  | "roles"
  | "delivery"
  | "kill"
  | "deadline"
  | "logs";

/** A promise and its test. `play` throws `Broken` if the handler breaks the promise. */
export type Scene = { name: string; promise: string; needs: SceneNeed[]; play(stage: Stage): Promise<void> };
