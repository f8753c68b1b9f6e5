export { mustBeFromAws, notFromAws, requireElement } from "./answers.ts";
export { clientDefaults, clientPerRole, isRoleArn } from "./clients.ts";
export { type AwsCall, toSymError } from "./to-sym-error.ts";
