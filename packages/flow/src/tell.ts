// Tells the messages of a request in each outlet, and keeps the card in Slack up to date. The record says what was told where.
import { SymError } from "@sym/lambda-core";
import { type FlowDeps, update } from "./deps.ts";
import type { Telling } from "./outlets.ts";
import {
  type AccessRequest,
  type Card,
  cardState,
  hasOldCard,
  type Message,
  type Outlet,
} from "./request.ts";

type Attempt = { index: number; outlet: Outlet; isTold: boolean } & { [K in keyof Telling]: Telling[K] };

/** A step calls no outlet after this time, so that slow outlets cannot use up the time of the step's function. */
const tellForMs = 5_000;

/**
 * `down`: the outlets that are not called any more; an outlet that does not answer is added. `until`: no outlet is called from
 * this time on. `writtenBefore`: later messages and changes of the request are left to the step that wrote them. Times in
 * milliseconds since the epoch.
 */
type TellingLimits = { down?: Set<Outlet>; until?: number; writtenBefore?: number };

/**
 * Tells each message in the outlets that have not told it yet, updates the card, and records both. What fails stays in the
 * record for the watchman: access must end also while messages cannot be told.
 */
export async function tellMessages(
  deps: FlowDeps,
  request: AccessRequest,
  limits: TellingLimits = {},
): Promise<AccessRequest> {
  const {
    down = new Set(),
    until = deps.clock.now() + tellForMs,
    writtenBefore = Number.POSITIVE_INFINITY,
  } = limits;
  const attempts: Attempt[] = [];
  const mayCall = (outlet: Outlet) => !down.has(outlet) && deps.clock.now() < until;
  const failed = (error: unknown, outlet: Outlet) => {
    if (!(error instanceof SymError) || error.retryable) down.add(outlet);
    return problemOf(error, outlet);
  };
  for (const [index, message] of request.messages.entries()) {
    if (message.told !== null || message.at >= writtenBefore) continue;
    for (const outlet of missing(deps, message)) {
      if (!mayCall(outlet)) continue;
      const attempt = await tellIn(deps, outlet, message, request).catch((error: unknown) => ({
        isTold: false,
        problem: failed(error, outlet),
      }));
      attempts.push({ index, outlet, ...attempt });
    }
  }
  const isOldChange = request.times.changed < writtenBefore;
  const card = isOldChange && mayCall("slack") ? await refreshed(deps, request, failed) : undefined;
  if (attempts.length === 0 && card === undefined) return request;
  return update(deps, request.id, (latest) => {
    const told = withAttempts(latest, attempts, deps);
    return card === undefined ? told : withCard(told, card);
  });
}

function missing({ outlets }: FlowDeps, { toldIn }: Message): Outlet[] {
  return (Object.keys(outlets.tell) as Outlet[]).filter((outlet) => !toldIn.includes(outlet));
}

async function tellIn({ outlets }: FlowDeps, outlet: Outlet, message: Message, request: AccessRequest) {
  return { isTold: true, ...(await outlets.tell[outlet]?.(message, request)) };
}

/** The card after its update; undefined if there is nothing to record. */
async function refreshed(
  { outlets }: FlowDeps,
  request: AccessRequest,
  failed: (error: unknown, outlet: Outlet) => string,
): Promise<Card | undefined> {
  const { card } = request;
  if (card === null || !hasOldCard(request) || outlets.updateCard === undefined) return undefined;
  return outlets.updateCard(request).then(
    () => ({ ...card, shows: cardState(request), problem: null }),
    (error: unknown) => ({ ...card, problem: failed(error, "slack") }),
  );
}

function problemOf(error: unknown, outlet: Outlet): string {
  if (error instanceof SymError) return error.message;
  return `The outlet ${outlet} failed unexpectedly; read the log of the flow's functions`;
}

function withAttempts(request: AccessRequest, attempts: Attempt[], deps: FlowDeps): AccessRequest {
  let next = request;
  for (const { index, outlet, isTold, problem = null, card } of attempts) {
    const message = next.messages[index];
    if (message === undefined || message.told !== null || message.toldIn.includes(outlet)) continue;
    if (!isTold && message.problem === problem) continue;
    const toldIn = isTold ? [...message.toldIn, outlet] : message.toldIn;
    const told = missing(deps, { ...message, toldIn }).length === 0 ? deps.clock.now() : null;
    // The problem of an outlet stays while this outlet has not told the message.
    const changed: Message = {
      ...message,
      toldIn,
      problem: told === null ? (problem ?? message.problem) : problem,
    };
    next = {
      ...next,
      card: card ?? next.card,
      messages: next.messages.with(index, { ...changed, told }),
    };
  }
  return next;
}

function withCard(request: AccessRequest, card: Card): AccessRequest {
  const { shows, problem } = request.card ?? card;
  return shows === card.shows && problem === card.problem ? request : { ...request, card };
}

/** Gives up what could not be told until now: the messages at `indexes`, and the update of the card. */
export function withLost(request: AccessRequest, indexes: number[], isCardLost: boolean): AccessRequest {
  const isLost = (index: number) => indexes.includes(index) && request.messages[index]?.told === null;
  const messages = request.messages.map((message, index) =>
    isLost(index) ? { ...message, told: "lost" as const } : message,
  );
  const { card } = request;
  if (card !== null && isCardLost && hasOldCard(request))
    return { ...request, messages, card: { ...card, shows: cardState(request) } };
  return indexes.some(isLost) ? { ...request, messages } : request;
}
