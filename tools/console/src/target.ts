import type { Sandbox, SandboxOptions } from "@sym/stand-ins/sandbox";

/** One access that people can ask for in the console. */
export type Thing = {
  /** The key of the target in the flow's rules, such as `prod-admins`. */
  target: string;
  /** What people read, such as `Production admins`. */
  label: string;
  /** The target's settings, as in `infra/flow`. */
  settings: Record<string, string>;
  /** Whether the access is for all users, such as a flag that is switched, and not for the requester only. */
  isForAll: boolean;
};

/**
 * A handler's target system in the console, in the file `handlers/<handler>/sandbox/console.ts`. `person` is an e-mail.
 * Everything else that the console shows comes from the flow, the leases and the handler's own answers.
 */
export type ConsoleTarget = {
  handler: string;
  /** The name of the system, such as `IAM`. */
  system: string;
  /** The environment of the function, beside the sandbox's own variables. */
  environment: Record<string, string>;
  /** Further servers of the sandbox, such as a real Unleash server. */
  sandbox?: SandboxOptions;
  things: Thing[];
  /** Makes the things, and an account for each person. Nobody has access afterwards. */
  begin(sandbox: Sandbox, people: string[]): void | Promise<void>;
  /** What the target system holds now, in words of two or three: `member`, `no member`. */
  stateOf(sandbox: Sandbox, person: string, thing: Thing): string | Promise<string>;
  holds(sandbox: Sandbox, person: string, thing: Thing): boolean | Promise<boolean>;
  /** Gives or takes the access without the handler, as an administrator of the system can. */
  set(sandbox: Sandbox, person: string, thing: Thing, holds: boolean): void | Promise<void>;
  /** The calls that change access, by their names in `sandbox.calls`: for the faults of the console. */
  changes: string[];
};
