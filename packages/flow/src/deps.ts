// What the steps, the doors and the watchman work with: ports to the world, and the ways to change and to announce a record.
import { SymError } from "@sym/lambda-core";
import { approversOf } from "./evaluate.ts";
import type { Concerned } from "./expand-groups.ts";
import type { Outlets } from "./outlets.ts";
import type { HandlerPayload } from "./payload.ts";
import type { Person } from "./person.ts";
import { type AccessRequest, shouldWake } from "./request.ts";
import type { TargetRules } from "./rules.ts";
import type { RequestStore } from "./store.ts";
import { type RequestEvent, transition } from "./transition.ts";

export type FlowDeps = {
  store: RequestStore;
  /** `now` in milliseconds since the epoch. */
  clock: { now(): number };
  /**
   * The present rules of a target; undefined if the target has none. The rules name the people concerned who are members of the
   * target's groups now: `expandGroups`.
   */
  rulesOf(target: string, concerned: Concerned): Promise<TargetRules | undefined>;
  /** Invokes a handler, and resolves to its answer. Rejects if there is no answer; the handler may have acted. */
  invoke(functionArn: string, payload: HandlerPayload): Promise<unknown>;
  /** Wakes the step with the token. Resolves also if the step no longer waits. */
  wake(token: string): Promise<void>;
  outlets: Outlets;
};

/** A write loses only against another write, of which a request gets few. */
const mostWrites = 20;

/** Reads a request. Throws if there is none: a step gets ids of recorded requests only. */
export async function readRequired({ store }: Pick<FlowDeps, "store">, id: string): Promise<AccessRequest> {
  const request = await store.read(id);
  if (request !== undefined) return request;
  throw new SymError(`There is no request ${id} in the table of requests; check the id`, {
    reason: "unavailable",
    retryable: false,
  });
}

/**
 * Changes a record over its newest version. `change` runs again after a lost write, and returns the same record if nothing is
 * left to change.
 */
export async function update(
  deps: Pick<FlowDeps, "store">,
  id: string,
  change: (request: AccessRequest) => AccessRequest | Promise<AccessRequest>,
): Promise<AccessRequest> {
  let current = await readRequired(deps, id);
  for (let writes = 0; writes < mostWrites; writes += 1) {
    const next = await change(current);
    if (next === current) return current;
    const changed = { ...next, version: current.version + 1 };
    const written = await deps.store.write(changed);
    if (written.won) return changed;
    current = written.current ?? (await readRequired(deps, id));
  }
  throw new SymError(`Request ${id} was changed ${mostWrites} times during one write; try again`, {
    reason: "unavailable",
  });
}

/** The record after an event; the same record if the event cannot happen in its status. */
export function after(request: AccessRequest, event: RequestEvent, now: number): AccessRequest {
  const next = transition(request, event, now);
  return next.ok ? next.request : request;
}

/** Changes a record by an event, where the record's status allows the event. */
export function happen(deps: FlowDeps, id: string, event: RequestEvent): Promise<AccessRequest> {
  return update(deps, id, (request) => after(request, event, deps.clock.now()));
}

/** Wakes the step that waits for what the record says already. */
export async function wakeIfDecided(deps: FlowDeps, request: AccessRequest): Promise<void> {
  if (shouldWake(request)) await wakeWaiting(deps, request);
}

/**
 * Wakes the step that waits. A failure is left to the watchman: the record alone decides, and nobody's decision may fail because
 * the engine does not answer.
 */
export async function wakeWaiting({ wake }: FlowDeps, { waiting }: AccessRequest): Promise<void> {
  if (waiting !== null) await wake(waiting.token).catch(() => undefined);
}

/** The people whose rights matter for the request, and for a decision of one more person. */
export function concernedBy(request: AccessRequest, by: Person[] = []): Concerned {
  return { asking: [request.requester], deciding: [...new Set([...approversOf(request), ...by])] };
}
