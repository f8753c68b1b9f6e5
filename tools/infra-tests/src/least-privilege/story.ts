// What happens of one handler, for the proof that its policies are enough and not more.
import type { PolicyDocument } from "@sym/stand-ins/enforcement/policy";
import type { Call } from "@sym/stand-ins/kernel/call";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import { testPayload } from "@sym/test-payloads/payloads";

export type StoryAnswer = { body: Record<string, unknown>; errors: string[] };
export type StringSettings = Record<string, string>;

/** One scene of a handler's story. It throws if anything is not as it must be. */
export type Scene = { name: string; play(actor: Actor): Promise<void> };

/** A handler on its way through a scene: a function that has just started, with nothing remembered. */
export type Actor = {
  sandbox: Sandbox;
  send(payload: unknown): Promise<StoryAnswer>;
  /** Sends an event, and throws unless the answer has this outcome, and no errors. */
  act(payload: unknown, outcome: string): Promise<void>;
  /** Sends an event, and throws unless it is refused, or fails, with such a sentence. */
  refused(payload: unknown, sentence: RegExp): Promise<void>;
  /** Lets the time of all requests pass, and sends a sweep; throws unless it has ended that many of them. */
  sweep(orphans: number): Promise<void>;
  /** The same handler with another environment, started anew. */
  restart(environment: StringSettings): Actor;
};

/** All that happens of one handler, and what it needs to happen. */
export type Story = {
  handler: string;
  /** The value of its variable in `infra/aws`: all that it can be given, but for keys of KMS, and what the story is about. */
  variable(sandbox: Sandbox): object;
  /** Settings of a target that it may touch, without the ARN. */
  target: StringSettings;
  /** Where the servers are that are not AWS's, if there are any, in variables of the function. */
  servers?(sandbox: Sandbox): StringSettings;
  /** Other variables of the function, as `infra/aws` would set them. */
  environment(sandbox: Sandbox): StringSettings;
  /**
   * Starts the server that the story needs besides the sandbox, and returns what stops it. Throws with the reason where
   * it cannot run.
   */
  start?(): Promise<() => Promise<void>>;
  seed(sandbox: Sandbox): void | Promise<void>;
  /** What the target system holds of the access to `target`; two readings are equal if nothing has changed. */
  holds(sandbox: Sandbox): unknown;
  /** What has to happen before a change can be followed by another. */
  between?(sandbox: Sandbox): void | Promise<void>;
  scenes: Scene[];
  /** Scenes in which the handler is asked to touch something that is not its own, and may not. */
  neighbours: Scene[];
  /** Scenes in which AWS allows everything, and another system does not. */
  refusedElsewhere?: Scene[];
  /** Policies of roles in other accounts, which the handler assumes. */
  otherRoles?: Record<string, PolicyDocument[]>;
  /** A system that is not AWS's. */
  outsideAws?: OutsideAws;
};

/** What a system that is not AWS's was asked in a scene, and what each call needs to be allowed. Nothing enforces it here. */
export type OutsideAws = {
  title: string;
  /** Finds the system's own calls among all, or keeps a record itself. Throws for a call of which nobody has written it. */
  rowsOf(calls: Call[]): PermissionRow[];
};

/** A row of permissions.md, in Markdown. */
export type PermissionRow = { call: string; permission: string };

export const functionArn: string = testPayload("escalate.json").fields.target.settings.arn;
export const robin = "robin.requester@example.com";

/** The events of Robin's request, and of a second one of Robin's, for a target with these settings. */
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
