// The story of a handler: all its scenes, for the proof that its policies allow enough and no more.
import type { PolicyDocument } from "@sym/stand-ins/enforcement/policy";
import type { Call } from "@sym/stand-ins/kernel/call";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import { testPayload } from "@sym/test-payloads/payloads";

export type StoryAnswer = { body: Record<string, unknown>; errors: string[] };
export type StringSettings = Record<string, string>;

/** A scene of a handler's story. `play` throws if a result differs from the expected result. */
export type Scene = { name: string; play(actor: Actor): Promise<void> };

/** A handler in a scene: a newly started function without any memory. */
export type Actor = {
  sandbox: Sandbox;
  send(payload: unknown): Promise<StoryAnswer>;
  /** Sends an event, and throws unless the answer has this outcome, and no errors. */
  act(payload: unknown, outcome: string): Promise<void>;
  /** Sends an event, and throws unless an error of the answer matches the sentence. */
  refused(payload: unknown, sentence: RegExp): Promise<void>;
  /** Lets all requests expire, and sends a sweep. Throws unless the sweep ends this number of orphans. */
  sweep(orphans: number): Promise<void>;
  /** Restarts the handler with another environment. */
  restart(environment: StringSettings): Actor;
};

/** All scenes of one handler, with their prerequisites. */
export type Story = {
  handler: string;
  /** The value of the handler's variable in `infra/aws`: every field except KMS keys, with the story's resources. */
  variable(sandbox: Sandbox): object;
  /** The settings, without the ARN, of a target that the function may change. */
  target: StringSettings;
  /** Variables of the function with the URLs of servers outside of AWS. */
  servers?(sandbox: Sandbox): StringSettings;
  /** The other variables that `infra/aws` sets for the function. */
  environment(sandbox: Sandbox): StringSettings;
  /**
   * Starts the server that the story needs besides the sandbox, and returns the function that stops the server. Throws
   * with the reason if the server cannot run.
   */
  start?(): Promise<() => Promise<void>>;
  seed(sandbox: Sandbox): void | Promise<void>;
  /** Reads the access to `target` from the target system. Two readings are equal if the access did not change. */
  holds(sandbox: Sandbox): unknown;
  /** Runs between two changes, for systems that need a step before the next change. */
  between?(sandbox: Sandbox): void | Promise<void>;
  scenes: Scene[];
  /** Scenes with requests for resources that the handler may not change. */
  neighbours: Scene[];
  /** Scenes in which AWS allows everything, and another system refuses. */
  refusedElsewhere?: Scene[];
  /** Policies of the roles in other accounts that the handler assumes. */
  otherRoles?: Record<string, PolicyDocument[]>;
  /** The calls to a system outside of AWS. */
  outsideAws?: OutsideAws;
};

/**
 * The calls to a system outside of AWS, and the permissions that each call needs. The sandbox does not enforce these.
 */
export type OutsideAws = {
  title: string;
  /** Finds the system's calls among all calls, or in its own record. Throws for a call without a known permission. */
  rowsOf(calls: Call[]): PermissionRow[];
};

/** A row of permissions.md, in Markdown. */
export type PermissionRow = { call: string; permission: string };

export const functionArn: string = testPayload("escalate.json").fields.target.settings.arn;
export const robin = "robin.requester@example.com";

/** The events of two requests of Robin's, for a target with these settings. */
export function requestsFor(settings: StringSettings) {
  const event = (file: string) => {
    const payload = testPayload(file);
    payload.fields.target.settings = { arn: functionArn, ...settings };
    return payload;
  };
  const pair = (prefix: string) => ({
    escalate: event(`${prefix}escalate.json`),
    deescalate: event(`${prefix}deescalate.json`),
  });
  return { first: pair(""), overlap: pair("overlap-") };
}

export type Requests = ReturnType<typeof requestsFor>;

export function requestedBy(payload: unknown, username: string): unknown {
  const copy = structuredClone(payload) as ReturnType<typeof testPayload>;
  copy.run.actors.request.username = username;
  return copy;
}
