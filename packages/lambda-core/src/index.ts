export {
  type Access,
  absent,
  type Change,
  type Changed,
  directAccess,
  type Effect,
  type Found,
  namesIn,
  type Reading,
  type Residual,
  ranked,
  residualOf,
  type State,
  type TargetSystem,
  throwObstacle,
  timed,
} from "./access.ts";
export { allInOrder } from "./all-in-order.ts";
export type { FunctionEnvironment } from "./environment.ts";
export { misconfigured, notFound, refused, SymError } from "./errors.ts";
export { parseEvent, type SymRequest } from "./event.ts";
export { type About, hashOfId, logEvent } from "./event-line.ts";
export { wrongSetting } from "./guard.ts";
export { type Actions, createHandler, type Invocation, type LambdaContext } from "./handler.ts";
export {
  type AccountNameRule,
  type AccountNames,
  accountNameOf,
  type IdentityRule,
  localPartOf,
  readIdentityDomains,
  readIdentityRule,
} from "./identity.ts";
export type { ActionResult, Outcome } from "./outcome.ts";
export { readAll } from "./read-all.ts";
export type { SymAnswer } from "./response.ts";
export { noCounts, type Sweep, type SweepAnswer } from "./sweep.ts";
export { bundleVersion } from "./version.ts";
