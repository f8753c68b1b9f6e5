export { clientDefaults, clientPerRole, isRoleArn } from "./clients.ts";
export { explain } from "./explain.ts";
