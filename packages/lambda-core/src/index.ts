export {
  type Access,
  directAccess,
  namesIn,
  type Reading,
  type Restored,
  residualOf,
  type State,
  type TargetSystem,
  timed,
} from "./access.ts";
export { allInOrder } from "./all-in-order.ts";
export { misconfigured, notFound, refused, SymError, wrongSetting } from "./errors.ts";
export { parseEvent, type SymRequest } from "./event.ts";
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
export type { Outcome, Result } from "./outcome.ts";
export { readAll } from "./read-all.ts";
export type { Answer } from "./response.ts";
export type { Sweep, SweepAnswer } from "./sweep.ts";
