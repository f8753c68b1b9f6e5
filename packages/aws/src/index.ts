export { mustBeFromAws, requireElement } from "./answers.ts";
export { clientDefaults, clientPerRole, isRoleArn } from "./clients.ts";
export { type AwsCall, notFromAws, toSymError } from "./to-sym-error.ts";
