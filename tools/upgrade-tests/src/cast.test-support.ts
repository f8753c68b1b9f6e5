import type { Thing } from "@sym/console/target";
import { isRun } from "@sym/leases/items";
import { readAnswer, type SymAnswer } from "@sym/local-lambda/sym-answer";
import { paths, withField } from "@sym/test-payloads/payload-fields";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect } from "vitest";
import { type HandlerAccount, robin } from "./handler-account.test-support.ts";

type RunEvent = "plan" | "escalate" | "deescalate";

export type Cast = ReturnType<typeof castOf>;

/** What happens in a scene: events of Robin's requests for one thing, faults, and changes by others. */
export function castOf(account: HandlerAccount, thing: Thing) {
  const { target, sandbox, functionArn, lambda } = account;

  async function invoke(payload: unknown): Promise<SymAnswer> {
    const { payload: given, functionError } = await lambda().invoke(payload);
    const answer = functionError === undefined ? readAnswer(given) : undefined;
    return answer ?? expect.fail(`The function did not answer: ${JSON.stringify(given)}`);
  }

  const holds = () => target.holds(sandbox, robin, thing);
  const fault = (kind: "access-denied" | "answer-withheld", times: number) => {
    for (const action of target.changes) sandbox.faults.inject({ action, kind, times });
  };

  return {
    eventOf,
    /** Sends an event that must have this outcome. `minutes`: the duration; none in flows without a duration. */
    async send(type: RunEvent, run: string, outcome: string, minutes?: number): Promise<void> {
      const { body, errors } = await invoke(eventOf(type, run, minutes));
      expect(body.outcome, `${type} of ${run}: ${body.message} ${errors.join(" ")}`).toBe(outcome);
    },
    /** Sends a sweep, which must finish the ends of this number of leases and runs. */
    async sweep(finished: number): Promise<void> {
      const { payload } = await lambda().invoke({ event: { type: "sweep" } });
      expect(payload).toMatchObject({ body: { outcome: "swept", finished, failed: 0 }, errors: [] });
    },
    /** Sends an event while the target system refuses each change. */
    async refuse(type: RunEvent, run: string): Promise<void> {
      fault("access-denied", Number.POSITIVE_INFINITY);
      const { body } = await invoke(eventOf(type, run));
      sandbox.faults.clear();
      expect(body.outcome, body.message).toBe("failed");
    },
    /** Sends an event, and kills the function when the target system has made the change. */
    async kill(type: RunEvent, run: string): Promise<void> {
      fault("answer-withheld", 1);
      const from = sandbox.calls.length;
      const killed = lambda().invoke(eventOf(type, run, 30));
      const isChanged = () =>
        sandbox.calls
          .slice(from)
          .some(({ action, status }) => target.changes.includes(action) && status === 0);
      await expect.poll(isChanged, { interval: 5 }).toBe(true);
      // Beside the change, a deescalate writes that the run is no longer due.
      if (type === "deescalate") await expect.poll(isEveryRunLeft, { interval: 5 }).toBe(true);
      for (const { pid, busy } of lambda().environments()) if (busy) lambda().kill(pid);
      expect((await killed).functionError).toBe("Unhandled");
      sandbox.faults.clear();
    },
    /** Whether Robin has the access in the target system. */
    mustHold: async (expected: boolean, when: string) => expect(await holds(), when).toBe(expected),
    /** Another administrator gives or takes the access. */
    set: (isHolder: boolean) => target.set(sandbox, robin, thing, isHolder),
  };

  /** Whether no run is due for the sweep: their leases know everything. */
  async function isEveryRunLeft(): Promise<boolean> {
    return (await account.items()).every((item) => !isRun(item) || item["due_at"] === undefined);
  }

  function eventOf(type: string, run: string, minutes?: number): unknown {
    const payload = testPayload(type === "deescalate" ? "deescalate.json" : "escalate.json");
    payload.run.srn = payload.run.srn.replace(/[^:]*$/, run);
    payload.run.actors.request.username = robin;
    payload.fields.target.settings = { arn: functionArn, ...thing.settings };
    delete payload.fields.duration;
    if (minutes !== undefined) payload.fields.duration = minutes * 60;
    return withField(payload, paths.type, type);
  }
}
