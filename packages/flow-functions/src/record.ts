// Records what a person asks or decides, for every door. A failure says how far the record has come.
import {
  type AccessRequest,
  type Asked,
  askFor,
  type DoorDeps,
  decideOn,
  type FlowDeps,
  type PersonsDecision,
} from "@sym/flow";
import { unavailable } from "@sym/lambda-core";
import { flowInAws } from "./deps.ts";
import { required } from "./settings.ts";

type Rules = Pick<FlowDeps, "rulesOf">;

/** How far a request has come, for the sentence about a failure. */
type Progress = { request: AccessRequest | undefined; isRecorded: boolean };

/** Records a request, and starts its execution. `uuid` is the person's one wish: the same wish is recorded once. */
export async function recordRequest(asked: Asked, uuid: string, rules?: Rules) {
  const { deps, engine } = flowInAws();
  const machine = required(process.env, "STATE_MACHINE_ARN");
  const progress: Progress = { request: undefined, isRecorded: false };
  const door: DoorDeps = {
    ...deps,
    ...rules,
    store: {
      ...deps.store,
      write: (request) => {
        progress.request = request;
        return deps.store.write(request);
      },
    },
    start: (requestId) => {
      progress.isRecorded = true;
      return engine.start(machine, requestId);
    },
  };
  return askFor(door, asked, uuid).catch((error: unknown) => {
    throw unfinished(error, progress);
  });
}

/** The error for a request that may be in the table although the call failed. */
function unfinished(cause: unknown, { request, isRecorded }: Progress): unknown {
  if (request === undefined) return cause;
  const sentence = isRecorded
    ? `Request ${request.id} is recorded, but its start is not confirmed; show the request in ten minutes: it goes on, or the watchman has refused it`
    : `Request ${request.id} may or may not be recorded; list the requests before you ask again`;
  return unavailable(sentence, { cause });
}

/** Records a decision, and wakes the waiting step. */
export async function recordDecision(requestId: string, decision: PersonsDecision, rules?: Rules) {
  const { deps } = flowInAws();
  const progress = { isWritten: false };
  const traced: FlowDeps = {
    ...deps,
    ...rules,
    store: {
      ...deps.store,
      write: (request) => {
        progress.isWritten = true;
        return deps.store.write(request);
      },
    },
  };
  return decideOn(traced, requestId, decision).catch((cause: unknown) => {
    if (!progress.isWritten) throw cause;
    throw unavailable(
      `Your decision about request ${requestId} may or may not be recorded; repeat the decision: a repetition changes nothing`,
      { cause },
    );
  });
}
