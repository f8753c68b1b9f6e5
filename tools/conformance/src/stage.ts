import { randomUUID } from "node:crypto";
import { type Answer, describe, preview, readAnswer, readPlan } from "./answer.ts";
import { expectThat } from "./broken.ts";
import type { Door, HandlerReply, OpenDoor, Sent } from "./door.ts";
import { defaultFunctionArn, type EventDetails, type EventType, eventOf, sweepEvent } from "./events.ts";
import type { Step, StepFault, Target } from "./target.ts";

/** The time limit of an event, in milliseconds: enough for a client's own retries. */
const enoughTime = 15_000;

/** A newly started handler and its reset target system. */
export type Stage = ReturnType<typeof openStage>;

/** Opens a stage. A scene may use only the capabilities that the scene declares as needs. */
export function openStage(door: Door, target: Target) {
  const opened: OpenDoor[] = [];
  const replies: HandlerReply[] = [];
  let normal: OpenDoor | undefined;
  const functionArn = door.functionArn ?? defaultFunctionArn;

  function open(changes: { milliseconds?: number; arn?: string; environment?: Record<string, string> } = {}) {
    const { milliseconds = enoughTime, arn = functionArn, environment = {} } = changes;
    const one = door.open({
      environment: { ...target.environment, ...environment },
      functionArn: arn,
      timeoutMilliseconds: milliseconds,
    });
    opened.push(one);
    return one;
  }

  function usual(): OpenDoor {
    normal ??= open();
    return normal;
  }

  function start(payload: unknown, on = usual(), requestId?: string): Sent {
    const { reply, ...sent } = on.send(payload, requestId);
    const kept = reply.then((one) => {
      replies.push(one);
      return one;
    });
    return { ...sent, reply: kept };
  }

  const event = (type: EventType, details: EventDetails = {}) =>
    eventOf(type, functionArn, { ...details, settings: { ...target.settings, ...details.settings } });

  return {
    target,
    door,
    functionArn,
    event,
    open,
    start,
    /** Every reply so far. */
    replies,
    escalate: async (details: EventDetails = {}) => readAnswer(await start(event("escalate", details)).reply),
    deescalate: async (details: EventDetails = {}) =>
      readAnswer(await start(event("deescalate", details)).reply),
    plan: async (details: EventDetails = {}) => readPlan(await start(event("plan", details)).reply),
    send: async (payload: unknown, on?: OpenDoor) => start(payload, on).reply,
    /**
     * Returns a function that sends the event, each time under the same request id, as Lambda may deliver an event
     * twice.
     */
    delivery(payload: unknown): () => Promise<Answer> {
      const requestId = randomUUID();
      return async () => readAnswer(await start(payload, usual(), requestId).reply);
    },
    /** Lets `seconds` pass, and then sends a sweep. */
    async sweepAfter(seconds: number) {
      await capability(target, "passTime")(seconds);
      const { answer, failure } = await start(sweepEvent).reply;
      const errors = (answer as { errors?: unknown } | undefined)?.errors;
      expectThat(failure === undefined, `the sweep did not answer: ${failure}`);
      expectThat(Array.isArray(errors) && errors.length === 0, `the sweep answered ${preview(answer)}`);
    },
    addPerson: (email: string) => capability(target, "addPerson")(email),
    give: (email: string) => capability(target, "give")(email),
    /** Gives the access to another person, unless all people share one access. */
    async giveOther(email: string) {
      if (!target.isForEverybody) await capability(target, "give")(email);
    },
    has: (email: string) => capability(target, "has")(email),
    rename: () => capability(target, "rename")(),
    roles: () => capability(target, "roles"),
    faults: {
      inject: (fault: StepFault) => capability(target, "faults").inject(fault),
      clear: () => capability(target, "faults").clear(),
    },
    writes: () => capability(target, "writes")(),
    /** Sends an event, and kills the handler while the handler waits for the answer to a call of this step. */
    async sendAndKill(payload: unknown, step: Step) {
      await this.sendAndHold(payload, step, async () => undefined);
    },
    /**
     * Sends an event, and calls `meanwhile` while the handler waits for the answer to a call of this step. Then kills the
     * handler.
     */
    async sendAndHold(payload: unknown, step: Step, meanwhile: () => Promise<void>) {
      const before = await waiting(target, step);
      const sent = start(payload);
      let over = false;
      void sent.reply.finally(() => {
        over = true;
      });
      while (!over && (await waiting(target, step)) <= before) await new Promise((go) => setTimeout(go, 10));
      expectThat(!over, `the event ended without a call to ${step}: ${preview(replies.at(-1)?.answer)}`);
      try {
        await meanwhile();
      } finally {
        sent.kill?.();
        await sent.reply;
      }
    },
    close: async () => {
      await Promise.all(opened.map((one) => one.close()));
    },
  };
}

/** The number of unanswered calls of this step. */
async function waiting(target: Target, step: Step): Promise<number> {
  const calls = await capability(target, "calls")();
  return calls.filter((call) => call.step === step && !call.answered).length;
}

/** A capability that the scene has declared as a need. */
function capability<Name extends keyof Target>(target: Target, name: Name): NonNullable<Target[Name]> {
  const found = target[name];
  if (found === undefined) throw new Error(`A scene uses ${name} without declaring the need`);
  return found as NonNullable<Target[Name]>;
}

/** Fails unless the person has, or has not, the access. */
export async function expectAccess(stage: Stage, person: string, expected: boolean, when: string) {
  const has = await stage.has(person);
  const seen = has ? "has the access" : "does not have the access";
  expectThat(has === expected, `${when}, ${person.replace(/@.*/, "")} ${seen}`);
}

/** Like `expectAccess` for a person other than the requester, unless all people share one access. */
export async function expectOther(stage: Stage, person: string, expected: boolean, when: string) {
  if (!stage.target.isForEverybody) await expectAccess(stage, person, expected, when);
}

/** Fails unless the person has, or has not, the stronger role. */
export async function expectStronger(stage: Stage, person: string, expected: boolean, when: string) {
  const has = await stage.roles().hasStronger(person);
  const seen = has ? "has the stronger role" : "does not have the stronger role";
  expectThat(has === expected, `${when}, ${person.replace(/@.*/, "")} ${seen}`);
}

/** The outcomes after which the requester has the access. */
export const access = ["granted", "already-had-access"];

/** Fails unless the answer has no errors and an allowed outcome. */
export function expectOutcome(answer: Answer, allowed: string[], when: string) {
  expectThat(
    answer.errors.length === 0 && allowed.includes(answer.body.outcome),
    `${when} was answered "${describe(answer)}" instead of ${allowed.join(" or ")}`,
  );
}

/** Fails unless the answer has errors. */
export function expectErrors(answer: Answer, when: string) {
  expectThat(answer.errors.length > 0, `${when} was answered "${describe(answer)}", without an error`);
}

/** Fails unless the person has the access exactly if the answer has no errors. */
export async function expectHonest(stage: Stage, answer: Answer, person: string, when: string) {
  await expectAccess(stage, person, answer.errors.length === 0, `${when}, answered "${describe(answer)}"`);
}
