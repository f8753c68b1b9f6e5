import type { Caller, Operation } from "../aws/service.ts";
import type { NeededResource } from "../kernel/call.ts";
import type { SandboxState } from "../sandbox-state.ts";

/** What there is to know about a call before it is authorized. The region is the one that it was signed for. */
export type Asked = { operation: Operation; caller: Caller; region: string; state: SandboxState };

export type NeedOf = (asked: Asked) => NeededResource[];
