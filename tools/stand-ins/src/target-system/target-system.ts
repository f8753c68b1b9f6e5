import type { Sandbox } from "../sandbox.ts";

/** What a target system holds, as people say it: `{ "IAM group prod-admins": "robin.requester@example.com" }`. */
export type Holdings = Record<string, string>;

/** A payload, and the variables of the function that gets it. */
export type FunctionEvent = { payload: unknown; environment: Record<string, string> };

/** What the front doors must know of a handler's target system. */
export type System = {
  /** Adds the person and the thing of the event where they are missing, and returns what it did, in words. */
  seed(sandbox: Sandbox, event: FunctionEvent, options: { member: boolean }): string[] | Promise<string[]>;
  /** What the sandbox holds of the person and the thing. */
  describe(sandbox: Sandbox, event: FunctionEvent): Holdings;
  /** The same of the real system, with the caller's own credentials. */
  describeReal(event: FunctionEvent, region: string): Promise<Holdings>;
};
