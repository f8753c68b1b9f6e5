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
export { SymError } from "./errors.ts";
export { parseEvent, type SymRequest } from "./event.ts";
export { type Actions, createHandler, type Invocation, type LambdaContext } from "./handler.ts";
export type { Outcome, Result } from "./outcome.ts";
export { readAll } from "./read-all.ts";
export type { Answer } from "./response.ts";
export type { Sweep, SweepAnswer } from "./sweep.ts";
