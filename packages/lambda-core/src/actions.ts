import type { Check, CheckedTarget } from "./check.ts";
import { SymError } from "./errors.ts";
import type { SymRequest } from "./event.ts";
import { type AllowedSettings, checkAuditPeople, parseAllowedSettings } from "./guard.ts";
import type { Invocation } from "./invocation.ts";
import type { ActionResult } from "./outcome.ts";
import type { Plan } from "./plan.ts";
import type { Sweep } from "./sweep.ts";

/** The actions of a handler, by event. Each action throws `SymError` for every expected failure. */
export type Actions = {
  escalate(request: SymRequest, invocation: Invocation): Promise<ActionResult>;
  deescalate(request: SymRequest, invocation: Invocation): Promise<ActionResult>;
  /** The effect that the escalate of this request would have now. Changes neither the target system nor the records. */
  plan?(request: SymRequest, invocation: Invocation): Promise<Plan>;
  /** Checks the deployment with the function's own role. Changes nothing. */
  check?(targets: CheckedTarget[], invocation: Invocation): Promise<Check[]>;
  /** Finishes interrupted work, and counts the work in `counts`. Undefined in handlers without leases. */
  sweep?(invocation: Invocation, counts: Sweep): Promise<void>;
};

/** The actions and the allow-list of a function, or the error that its environment caused at load. */
export type Configured = { actions: Actions; allowed: AllowedSettings } | Error;

/** Reads the environment. A wrong environment is an error to answer, because Sym takes a missing answer for success. */
export function configure(actions: () => Actions): Configured {
  try {
    checkAuditPeople(process.env["AUDIT_PEOPLE"]);
    return { allowed: parseAllowedSettings(process.env["ALLOWED_SETTINGS"]), actions: actions() };
  } catch (error) {
    return error instanceof Error
      ? error
      : new SymError("This function could not start", { reason: "unavailable" });
  }
}
