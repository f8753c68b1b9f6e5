export { type Decision, decide } from "./decide.ts";
export { readPolicy } from "./policy.ts";
