export { abortOf, answerTo, itemsOf, mustBeFromAws, requireElement } from "./answers.ts";
export { clientDefaults, clientPerRole, isRoleArn } from "./clients.ts";
export { type AwsCall, isAwsError, toSymError } from "./to-sym-error.ts";
