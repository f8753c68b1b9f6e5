import type { Scene } from "./scene.ts";
import { answerScenes } from "./scenes/answers.ts";
import { failureScenes } from "./scenes/failures.ts";
import { identityScenes } from "./scenes/identity.ts";
import { payloadScenes } from "./scenes/payloads.ts";
import { refusalScenes } from "./scenes/refusals.ts";
import { requestScenes } from "./scenes/requests.ts";
import { roleScenes } from "./scenes/roles.ts";

/** Every scene, in the order in which they are played and reported. */
export const scenes: Scene[] = [
  ...requestScenes,
  ...identityScenes,
  ...roleScenes,
  ...refusalScenes,
  ...failureScenes,
  ...payloadScenes,
  ...answerScenes,
];

/** The names by which a handler says that a scene does not apply. */
export type SceneName =
  | "standing access"
  | "renamed"
  | "own hand"
  | "two roles"
  | "unknown user"
  | "unknown resource"
  | "ambiguous user"
  | "system throttles"
  | "answer lost"
  | "time nearly up"
  | "sweep"
  | "crash and sweep";
