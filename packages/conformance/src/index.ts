export type { SandboxSystem, StandIn } from "./sandbox-target.ts";
export { testConformance } from "./vitest.ts";
