import type { Fault } from "@sym/stand-ins/kernel/faults";
import type { Sandbox, SandboxOptions } from "@sym/stand-ins/sandbox";
import type { Holdings } from "@sym/stand-ins/target-system";

/** What must be true after a scene; whatever is left out is not looked at. */
export type Expectation = {
  /** Of the answers, in the order of the payloads. */
  outcomes: string[];
  /** What the person, and where it went wrong Sym's error channel, must read in the last answer. */
  says?: string;
  /** What the target system holds; only what is named here is compared. */
  holds: Holdings;
  /** How many calls of an action the target system got, or that it got none at all. */
  calls?: "none" | Record<string, number>;
};

/** One thing that happens, as data. */
export type Scene = {
  title: string;
  /** Begins a new part of the story. */
  chapter?: string;
  /** When it happens, in minutes after the approval; only for scenes of one run. */
  minute?: number;
  /** Who says or does what before the event, in the reader's words. */
  lines?: [who: string, what: string][];
  /** Goes on from where the scene before it ended; otherwise everything is as at the beginning. */
  continues?: boolean;
  /** What is different from the beginning of the story. */
  arrange?(sandbox: Sandbox): void | Promise<void>;
  faults?: Fault[];
  /** How many minutes pass before Sym sends anything. Nobody waits: the leases are made older. */
  passes?: number;
  /** What Sym sends, one after the other, or at the same instant. */
  payloads?: unknown[];
  together?: boolean;
  /** Kills the function while this call of its is under way; a fault must keep the call from being answered. */
  killedAt?: string;
  /** The function's time limit, 30 seconds unless given. */
  timeoutMilliseconds?: number;
  /** Becomes a row of the summary. A scene without payloads needs none of the two. */
  promise?: string;
  expect?: Expectation;
};

export type Story = {
  handler: string;
  title: string;
  introduction: string;
  /** Of the function, besides what it needs to find the sandbox. */
  environment: Record<string, string>;
  functionArn: string;
  /** What the sandbox has to start besides, such as a real server. */
  sandbox?: SandboxOptions;
  /** What the target system holds at the beginning. */
  begin(sandbox: Sandbox): void | Promise<void>;
  /** What it holds of the people and things of the story. */
  describe(sandbox: Sandbox): Holdings | Promise<Holdings>;
  scenes: Scene[];
};
