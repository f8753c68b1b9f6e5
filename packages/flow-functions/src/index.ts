// The functions of the flow, in one bundle: five steps of the state machine, the watchman, and the API. Each function has its
// own role, which allows only the calls of the function: infra/flow.
import * as steps from "@sym/flow";
import { api as answerCall } from "./api/api.ts";
import { readPrincipals } from "./api/principals.ts";
import { answeringChecks, variables } from "./check.ts";
import { flowInAws } from "./deps.ts";
import { required } from "./settings.ts";
import { stepFunction } from "./step.ts";
import { watchman as watchRequests } from "./watchman.ts";

export const plan = answeringChecks(stepFunction("plan", steps.plan));
export const ask = answeringChecks(stepFunction("ask", steps.ask));
export const escalate = answeringChecks(stepFunction("escalate", steps.escalate));
export const hold = answeringChecks(stepFunction("hold", steps.hold));
export const deescalate = answeringChecks(stepFunction("deescalate", steps.deescalate));
export const watchman = answeringChecks(watchRequests, variables("STATE_MACHINE_ARN"));
export const api = answeringChecks(answerCall, {
  ...variables("STATE_MACHINE_ARN"),
  principals: async () => {
    readPrincipals(required(process.env, "ALLOWED_PRINCIPALS"));
    return "ALLOWED_PRINCIPALS is valid";
  },
  rules: () => flowInAws().rules.check(),
});
