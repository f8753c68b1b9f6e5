export { memorySystem, type Route } from "@sym/stand-ins/memory-system";
export type { SandboxSystem, StandIn } from "./sandbox-target.ts";
export { testConformance } from "./vitest.ts";
