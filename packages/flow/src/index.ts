export { decide, type PersonsDecision } from "./decide.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { mayAsk, mayGrant } from "./evaluate.ts";
export { type Person, personOf } from "./person.ts";
export { type RulesByTarget, readRules } from "./read-rules.ts";
export { type AccessRequest, type Asked, type Message, newRequest, type Status } from "./request.ts";
export type { Route, TargetRules } from "./rules.ts";
export { type RequestEvent, transition } from "./transition.ts";
export type { Next } from "./verdict.ts";
