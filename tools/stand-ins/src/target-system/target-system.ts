import type { Sandbox } from "../sandbox.ts";

/** A target system's holdings as text: `{ "IAM group prod-admins": "robin.requester@example.com" }`. */
export type Holdings = Record<string, string>;

/** A payload, and the environment variables of its function. */
export type FunctionEvent = { payload: unknown; environment: Record<string, string> };

/** The view of the front doors on a handler's target system. */
export type System = {
  /** Adds the event's person and resource where missing, and returns sentences about the additions. */
  seed(sandbox: Sandbox, event: FunctionEvent, options: { member: boolean }): string[] | Promise<string[]>;
  /** The sandbox's holdings of the person and the resource. */
  describe(sandbox: Sandbox, event: FunctionEvent): Holdings;
  /** The real system's holdings, read with the caller's own credentials. */
  describeReal(event: FunctionEvent, region: string): Promise<Holdings>;
};
