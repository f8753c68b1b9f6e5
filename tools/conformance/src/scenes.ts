import type { Scene } from "./scene.ts";
import { answerScenes } from "./scenes/answers.ts";
import { failureScenes } from "./scenes/failures.ts";
import { identityScenes } from "./scenes/identity.ts";
import { payloadScenes } from "./scenes/payloads.ts";
import { planScenes } from "./scenes/plans.ts";
import { refusalScenes } from "./scenes/refusals.ts";
import { requestScenes } from "./scenes/requests.ts";
import { roleScenes } from "./scenes/roles.ts";

/** All scenes, in the order of playing and reporting. */
export const scenes: Scene[] = [
  ...requestScenes,
  ...identityScenes,
  ...roleScenes,
  ...refusalScenes,
  ...planScenes,
  ...failureScenes,
  ...payloadScenes,
  ...answerScenes,
];

/** The scenes that a handler may declare as not applicable. */
export type SceneName =
  | "standing access"
  | "renamed"
  | "own hand"
  | "two roles"
  | "unknown user"
  | "unknown resource"
  | "ambiguous user"
  | "plan changes nothing"
  | "plan takes no lock"
  | "system throttles"
  | "answer lost"
  | "time nearly up"
  | "sweep"
  | "crash and sweep";
