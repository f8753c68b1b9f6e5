export type { AppConfig } from "./appconfig.ts";
export type { Call } from "./aws-server.ts";
export type { Need } from "./enforcement/need.ts";
export type { PolicyDocument, PolicyStatement } from "./enforcement/policy.ts";
export type { Fault, FaultKind, Faults } from "./faults.ts";
export type { Iam, IamAccount } from "./iam.ts";
export type { IdentityStore, IdentityStores } from "./identity-store.ts";
export {
  type Invocation,
  type LocalLambda,
  type LocalLambdaOptions,
  startLocalLambda,
} from "./local-lambda.ts";
export { type Sandbox, type SandboxState, startSandbox } from "./sandbox.ts";
export type { Sts } from "./sts.ts";
