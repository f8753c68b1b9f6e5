export { mustBeFromAws, notFromAws, requireElement } from "./answers.ts";
export { clientDefaults, clientPerRole, isRoleArn } from "./clients.ts";
export { toSymError } from "./to-sym-error.ts";
