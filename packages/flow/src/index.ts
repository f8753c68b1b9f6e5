export type { PersonsDecision } from "./decide.ts";
export type { FlowDeps } from "./deps.ts";
export { askFor, type DoorDeps, decideOn } from "./door.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { dynamoDbStore } from "./dynamodb-store.ts";
export { type Concerned, expandGroups, type ReadGroup } from "./expand-groups.ts";
export { meaningOf } from "./meaning.ts";
export { memoryStore } from "./memory-store.ts";
export type { StepAnswer } from "./next-step.ts";
export { type Offer, offerTo } from "./offer.ts";
export type { Outlets, Telling } from "./outlets.ts";
export { type HandlerPayload, payloadFor } from "./payload.ts";
export { type Person, personOf } from "./person.ts";
export { readRules } from "./read-rules.ts";
export {
  type AccessRequest,
  type Asked,
  type Card,
  cardState,
  type Message,
  type Status,
  wereAsked,
} from "./request.ts";
export { isRequestId, statuses } from "./request-shape.ts";
export { isMember, offeredDurations, type Route, routeRule, routes, type TargetRules } from "./rules.ts";
export { isTargetKey } from "./rules-shape.ts";
export { ask } from "./steps/ask.ts";
export { deescalate } from "./steps/deescalate.ts";
export { escalate } from "./steps/escalate.ts";
export { hold } from "./steps/hold.ts";
export { plan } from "./steps/plan.ts";
export type { RequestQuery, RequestStore } from "./store.ts";
export { requestsTable, ttlAttribute } from "./table.ts";
export { uuidOf } from "./uuid.ts";
export type { Next } from "./verdict.ts";
export { type ExecutionStatus, type Watch, type WatchmanDeps, watch } from "./watchman.ts";
