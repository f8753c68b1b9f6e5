// What every door does, for commands as for Slack: takes requests and decisions of a person whom the door has identified.
import { decide, type PersonsDecision } from "./decide.ts";
import { type FlowDeps, tellMessages, update, wakeIfDecided } from "./deps.ts";
import { mayAsk } from "./evaluate.ts";
import { type Asked, newRequest } from "./request.ts";
import { type Next, type Refusal, refuse } from "./verdict.ts";

/** Starts the execution of a request in the engine. Repeating the start of a request does nothing. */
export type DoorDeps = FlowDeps & { start(requestId: string): Promise<void> };

/**
 * Records a request and starts its execution. `uuid` is fresh and random. If the execution does not start, the request stays
 * in the table, and the watchman refuses the request.
 */
export async function askFor(deps: DoorDeps, asked: Asked, uuid: string): Promise<Next> {
  const rules = await deps.rulesOf(asked.target);
  const allowed = mayAsk(rules, asked);
  if (!allowed.ok) return allowed;
  const request = newRequest(allowed.rules, asked, uuid, deps.clock.now());
  const written = await deps.store.write(request);
  // After a lost answer, the repeated write finds the record of the first.
  if (!written.won && written.current?.times.asked !== request.times.asked)
    return refuse(`There is a request ${request.id} already; ask again`);
  await deps.start(request.id);
  return { ok: true, request };
}

/** Records a person's decision under the present rules, wakes the waiting step, and tells people. */
export async function decideOn(deps: FlowDeps, requestId: string, decision: PersonsDecision): Promise<Next> {
  const found = await deps.store.read(requestId);
  if (found === undefined)
    return refuse(`There is no request ${requestId}; list the requests, and check the id`);
  const rules = await deps.rulesOf(found.target);
  let refusal: Refusal | undefined;
  const decided = await update(deps, requestId, (request) => {
    const next = decide(rules, request, decision, deps.clock.now());
    refusal = next.ok ? undefined : next;
    return next.ok ? next.request : request;
  });
  if (refusal !== undefined) return refusal;
  await wakeIfDecided(deps, decided);
  return { ok: true, request: await tellMessages(deps, decided) };
}
