import type { Fault } from "@sym/stand-ins/kernel/faults";
import type { Sandbox, SandboxOptions } from "@sym/stand-ins/sandbox";
import type { Holdings } from "@sym/stand-ins/target-system";

/** The expected result of a scene; an absent field is not checked. */
export type Expectation = {
  /** The outcomes of the answers, in the order of the payloads. */
  outcomes: string[];
  /** A phrase of the last answer's message, and of its errors, if any. */
  says?: string;
  /** The state of the target system; only the named entries are compared. */
  holds: Holdings;
  /** The number of calls by action; `none`: the target system received no call at all. */
  calls?: "none" | Record<string, number>;
};

/** One scene of a story, as data. */
export type Scene = {
  title: string;
  /** Begins a new part of the story. */
  chapter?: string;
  /** The scene's time, in minutes after the approval; only for scenes of one run. */
  minute?: number;
  /** Words and deeds of people before the event. */
  lines?: [who: string, what: string][];
  /** The scene continues from the end of the previous scene; otherwise the story's sandbox is reset. */
  continues?: boolean;
  /** Changes the sandbox before the events. */
  arrange?(sandbox: Sandbox): void | Promise<void>;
  faults?: Fault[];
  /** Minutes that pass before the events. The demo does not wait; the leases are made older. */
  passes?: number;
  /** The events from Sym, sent one after the other, or with `together` at the same time. */
  payloads?: unknown[];
  together?: boolean;
  /** Kills the function during its call of this action; a fault must withhold the answer to the call. */
  killedAt?: string;
  /** The function's time limit, in ms (default 30,000). */
  timeoutMilliseconds?: number;
  /** Becomes a row of the summary. A scene without payloads needs neither `promise` nor `expect`. */
  promise?: string;
  expect?: Expectation;
};

export type Story = {
  handler: string;
  title: string;
  introduction: string;
  /** Variables of the function, besides those that lead to the sandbox. */
  environment: Record<string, string>;
  functionArn: string;
  /** Further servers of the sandbox, such as a real Unleash server. */
  sandbox?: SandboxOptions;
  /** Seeds the target system. */
  begin(sandbox: Sandbox): void | Promise<void>;
  /** Reads the access of the story's people and resources. */
  describe(sandbox: Sandbox): Holdings | Promise<Holdings>;
  scenes: Scene[];
};
