import type { Caller, Operation } from "../aws/service.ts";
import type { NeededResource } from "../kernel/call.ts";
import type { SandboxState } from "../sandbox-state.ts";

/** The facts about a call before authorization. `region`: the region in the request's signature. */
export type Asked = { operation: Operation; caller: Caller; region: string; state: SandboxState };

export type NeedOf = (asked: Asked) => NeededResource[];
