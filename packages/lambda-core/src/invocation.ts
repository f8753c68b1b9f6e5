import type { Budget } from "./budget.ts";
import type { SymRequest } from "./event.ts";
import type { About } from "./event-line.ts";
import type { Log } from "./log.ts";

/** The part of Lambda's context object that the handler uses. */
export type LambdaContext = {
  awsRequestId: string;
  invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
};

/** The invocation of an action. */
export type Invocation = {
  /** Unique for each invocation. Lambda's request id is not: Lambda can deliver an event twice with the same request id. */
  id: string;
  /** Lambda's request id, for people. */
  requestId: string;
  /** `arn:partition:lambda:region:account:function:name`, perhaps with a qualifier. */
  functionArn: string;
  /** The request of Sym; undefined in a sweep. */
  request?: SymRequest;
  budget: Budget;
  log: Log;
  /** Names the access that the event is about, for the event line: also a failed event names the subject and the resource. */
  about(access: About): void;
};
