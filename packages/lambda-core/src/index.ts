export {
  type Access,
  absent,
  type Change,
  type Changed,
  type Effect,
  type Forecast,
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
export type { Actions } from "./actions.ts";
export { allInOrder } from "./all-in-order.ts";
export { type Check, type CheckAnswer, type CheckedTarget, checkBy, checkTargets } from "./check.ts";
export { directAccess } from "./direct-access.ts";
export type { FunctionEnvironment } from "./environment.ts";
export { isNotFound, misconfigured, notFound, refused, SymError, unavailable } from "./errors.ts";
export { parseEvent, type SymRequest } from "./event.ts";
export { type About, hashOfId, logEvent } from "./event-line.ts";
export { wrongSetting } from "./guard.ts";
export { createHandler } from "./handler.ts";
export {
  type AccountNameRule,
  type AccountNames,
  accountNameOf,
  type IdentityRule,
  localPartOf,
  readIdentityDomains,
  readIdentityRule,
} from "./identity.ts";
export type { Invocation, LambdaContext } from "./invocation.ts";
export { countMetrics, createLog, describeError } from "./log.ts";
export { isResourceName } from "./names.ts";
export type { ActionResult, Outcome } from "./outcome.ts";
export { lookWith, ownTypeOf } from "./own-events.ts";
export { everybody } from "./people.ts";
export { granting, type OtherRequests, type Plan, type PlanAnswer } from "./plan.ts";
export { readAll } from "./read-all.ts";
export type { SymAnswer } from "./response.ts";
export { noCounts, type Sweep, type SweepAnswer } from "./sweep.ts";
export { readTargetSettings } from "./target-settings.ts";
export { bundleVersion } from "./version.ts";
export { waitFor } from "./wait-for.ts";
