import type { Fault } from "@sym/stand-ins/kernel/faults";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import { declaredErrors } from "./declared-errors.ts";
import { describedSystems, descriptionOf } from "./description.ts";

type Answer = { body: Record<string, unknown>; errors: string[] };
type Payload = { run: { srn: string } };

type Door<P extends Payload> = {
  sandbox: Sandbox;
  /** The events of a run on its own resource, so a failure does not affect the next run. */
  run(number: number): Record<EventName, P>;
  send(payload: P): Promise<{ answer: Answer }>;
};

type EventName = "escalate" | "deescalate";

/** The function's answer to a call of AWS whose every attempt fails with a declared error. */
export type AnswerToError = { event: string; call: string; error: string; answer: Answer };

/**
 * Sends a run for each error that AWS's models declare for any call of the event. Throws if the event finishes without
 * the call.
 */
export async function answersToDeclaredErrors<P extends Payload>(
  event: EventName,
  door: Door<P>,
): Promise<AnswerToError[]> {
  const answers: AnswerToError[] = [];
  for (const call of callsOf((await playRun(door, 0))[event].calls)) {
    const [service = "", action = ""] = call.split(" ");
    for (const error of declaredErrors(service, action)) {
      const fault = { service, action, kind: error, times: Number.POSITIVE_INFINITY };
      const { answer, calls } = (await playRun(door, answers.length + 1, event, fault))[event];
      if (!callsOf(calls).has(call)) throw new Error(`${event} did not come to ${call}, ${error}`);
      answers.push({ event, call, error, answer });
    }
  }
  return answers;
}

/** Sends a run's events, with a fault during one event. */
async function playRun<P extends Payload>(
  { sandbox, run, send }: Door<P>,
  number: number,
  disturbed?: EventName,
  fault?: Fault,
) {
  const events = run(number);
  const play = async (event: EventName) => {
    const payload = structuredClone(events[event]);
    payload.run.srn = payload.run.srn.replace(/\d{12}$/, String(number).padStart(12, "0"));
    sandbox.calls.length = 0;
    if (event === disturbed && fault) sandbox.faults.inject(fault);
    const { answer } = await send(payload);
    sandbox.faults.clear();
    return { answer, calls: [...sandbox.calls] };
  };
  return { escalate: await play("escalate"), deescalate: await play("deescalate") };
}

/** The answers without a reason or advice: the function does not know the error. */
export function withoutReason(answers: AnswerToError[]): string[] {
  return answers
    .filter(({ answer }) => answer.errors.some((one) => /unexpected|look up the reason/.test(one)))
    .map(({ event, call, error, answer }) => `${event}, ${call}, ${error}: ${answer.errors.join(" ")}`);
}

/** The distinct AWS calls. */
function callsOf(calls: Sandbox["calls"]): Set<string> {
  const isOfAws = ({ service }: Sandbox["calls"][number]) =>
    describedSystems.includes(service) && descriptionOf(service).protocol !== undefined;
  return new Set(calls.filter(isOfAws).map(({ service, action }) => `${service} ${action}`));
}
