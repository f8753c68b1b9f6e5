// A store with one request for the steps, and ports that record their calls.
import { unavailable } from "@sym/lambda-core";
import { expect } from "vitest";
import type { PersonsDecision } from "./decide.ts";
import type { FlowDeps } from "./deps.ts";
import { alex, rulesOf, someRequest, start } from "./flow.test-support.ts";
import { memoryStore } from "./memory-store.ts";
import type { AccessRequest, Message } from "./request.ts";
import type { TargetRules } from "./rules.ts";

export const minuteMs = 60_000;
export const granted = { body: { message: "You have access.", outcome: "granted" }, errors: [] };
export const { id } = someRequest();
export const by = (who: typeof alex, what: PersonsDecision["what"]) => ({
  by: who,
  what,
  door: "command" as const,
});

/** A store with one request, and ports that record their calls. `answers` are the handler's, one for each invocation. */
export async function setUp(request: AccessRequest, answers: unknown[] = []) {
  const store = memoryStore();
  await store.write(request);
  const seen = { now: start, payloads: [] as unknown[], woken: [] as string[], told: [] as Message[] };
  const world = { rules: rulesOf() as TargetRules | undefined, canTell: true, canWake: true };
  const deps: FlowDeps = {
    ...{ store, clock: { now: () => seen.now } },
    rulesOf: async () => world.rules,
    async invoke(_, payload) {
      seen.payloads.push(payload);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    async wake(token) {
      if (!world.canWake) throw new Error("The engine does not answer");
      seen.woken.push(token);
    },
    outlets: {
      tell: {
        async topic(message) {
          if (!world.canTell) throw unavailable("The topic does not answer");
          seen.told.push(message);
          return {};
        },
      },
    },
  };
  const stored = async () => (await store.read(id)) ?? expect.fail("There is no request");
  return { deps, seen, world, stored };
}

export const approved = someRequest({
  status: "approved",
  decisions: [{ ...by(alex, "approve"), at: start, ruleVersion: "v1" }],
  times: { ...someRequest().times, approved: start },
});
export const held = someRequest({
  status: "held",
  times: { ...approved.times, granting: start, held: start, holdUntil: start + 30 * minuteMs },
});
