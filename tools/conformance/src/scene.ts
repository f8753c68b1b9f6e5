import type { Stage } from "./stage.ts";

/** What a scene needs besides a handler that answers. */
export type SceneNeed =
  | "seed"
  | "standing"
  | "read"
  | "faults"
  | "calls"
  | "time"
  | "ambiguity"
  | "other-settings"
  | "rename"
  | "roles"
  | "delivery"
  | "kill"
  | "deadline"
  | "logs";

/** One promise, and the play that shows whether it is kept. `play` throws `Broken` if it is not. */
export type Scene = { name: string; promise: string; needs: SceneNeed[]; play(stage: Stage): Promise<void> };
