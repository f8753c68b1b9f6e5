// The functions of the flow, in one bundle: five steps of the state machine, the watchman, and the API. Each function has its
// own role, which allows only the calls of the function: infra/flow.
import * as steps from "@sym/flow";
import { stepFunction } from "./step.ts";

export const plan = stepFunction("plan", steps.plan);
export const ask = stepFunction("ask", steps.ask);
export const escalate = stepFunction("escalate", steps.escalate);
export const hold = stepFunction("hold", steps.hold);
export const deescalate = stepFunction("deescalate", steps.deescalate);
export { api } from "./api/api.ts";
export { watchman } from "./watchman.ts";
