// What every door does, for commands as for Slack: takes requests and decisions of a person whom the door has identified.
import { decide, type PersonsDecision } from "./decide.ts";
import { concernedBy, type FlowDeps, update, wakeIfDecided, wakeWaiting } from "./deps.ts";
import { mayAsk } from "./evaluate.ts";
import { type AccessRequest, type Asked, newRequest } from "./request.ts";
import { type Next, type Refusal, refuse } from "./verdict.ts";

/** Starts the execution of a request in the engine. Repeating the start of a request does nothing. */
export type DoorDeps = FlowDeps & { start(requestId: string): Promise<void> };

/**
 * Records a request and starts its execution. `uuid` is a person's one wish: the same wish under the same `uuid` is one request,
 * also if a door delivers the wish twice. If the execution does not start, the request stays in the table, and the watchman
 * refuses the request.
 */
export async function askFor(deps: DoorDeps, asked: Asked, uuid: string): Promise<Next> {
  const rules = await deps.rulesOf(asked.target, { asking: [asked.requester], deciding: [] });
  const allowed = mayAsk(rules, asked);
  if (!allowed.ok) return allowed;
  const request = newRequest(allowed.rules, asked, uuid, deps.clock.now());
  const written = await deps.store.write(request);
  const recorded = written.won ? request : written.current;
  if (recorded === undefined || !isSameWish(recorded, asked))
    return refuse(`There is another request ${request.id} already; ask again`);
  await deps.start(request.id);
  return { ok: true, request: recorded };
}

function isSameWish(request: AccessRequest, asked: Asked): boolean {
  return (["target", "requester", "duration", "reason", "route"] as const).every(
    (field) => request[field] === asked[field],
  );
}

/** A decision that is recorded. `isRepetition`: the decision was recorded before, and nothing changed. */
type Decided = { ok: true; request: AccessRequest; isRepetition: boolean } | Refusal;

/** Records a person's decision under the present rules, and wakes the waiting step. The steps tell people of the decision. */
export async function decideOn(
  deps: FlowDeps,
  requestId: string,
  decision: PersonsDecision,
): Promise<Decided> {
  const found = await deps.store.read(requestId);
  if (found === undefined)
    return refuse(`There is no request ${requestId}; list the requests, and check the id`);
  let refusal: Refusal | undefined;
  let isChanged = false;
  const decided = await update(deps, requestId, async (request) => {
    const rules = await deps.rulesOf(request.target, concernedBy(request, [decision.by]));
    const next = decide(rules, request, decision, deps.clock.now());
    refusal = next.ok ? undefined : next;
    isChanged = next.ok && next.request !== request;
    return next.ok ? next.request : request;
  });
  if (refusal !== undefined) return refusal;
  await (isChanged ? wakeWaiting : wakeIfDecided)(deps, decided);
  return { ok: true, request: decided, isRepetition: !isChanged };
}
