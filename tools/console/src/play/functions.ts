import type { HandlerPayload } from "@sym/flow";
import { describeFunctionError, readAnswer } from "@sym/local-lambda/sym-answer";
import { functionArnOf, nameOf } from "./cast.ts";
import type { Journal } from "./journal.ts";
import type { Stage } from "./stage.ts";

/** Invokes the functions of the handlers, for the flow and for the schedules. */
export function createFunctions({ sandbox, deployed: all }: Stage, journal: Journal) {
  /** Invokes a handler's function, and records the answer, the change in the system, the calls and the log. */
  async function invoke(functionArn: string, payload: HandlerPayload): Promise<unknown> {
    const deployed = all.find(({ target }) => functionArnOf(target) === functionArn);
    if (deployed === undefined) throw new Error(`There is no function ${functionArn}`);
    const { target, lambda } = deployed;
    const event = eventOf(payload);
    const thing = target.things.find((one) => one.target === event.target);
    const look = async () => (thing && event.person ? target.stateOf(sandbox, event.person, thing) : "");
    const before = await look();
    const from = sandbox.calls.length;
    const { payload: given, functionError, logs } = await lambda.invoke(payload);
    const answer = functionError === undefined ? readAnswer(given) : undefined;
    const after = await look();
    journal.add({
      request: event.run,
      kind: "function",
      title: `${event.type} → ${answer?.body.outcome ?? "no answer"}`,
      sentence: answer?.body.message ?? describeFunctionError(given),
      isBad: answer === undefined || answer.errors.length > 0,
      ...(thing && { change: { what: `${nameOf(event.person)}: ${thing.label}`, before, after } }),
      calls: sandbox.calls.slice(from),
      logs,
    });
    if (functionError !== undefined) throw new Error(`The function of ${target.handler} failed`);
    return given;
  }

  async function sweep(): Promise<void> {
    for (const { target } of all) await invoke(functionArnOf(target), { event: { type: "sweep" } });
  }

  return { invoke, sweep };
}

/** The parts of an event that the journal shows. */
function eventOf(payload: Record<string, unknown>) {
  const { event, run, fields } = payload as {
    event: { type: string };
    run?: { srn: string; actors: { request: { identity: { email: string } } } };
    fields?: { target?: { name: string } };
  };
  return {
    type: event.type,
    run: run?.srn.split(":").at(-1),
    person: run?.actors.request.identity.email ?? "",
    target: fields?.target?.name,
  };
}
