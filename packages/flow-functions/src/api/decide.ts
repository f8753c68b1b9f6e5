import { decideOn, type FlowDeps, type Person, type PersonsDecision } from "@sym/flow";
import * as v from "valibot";
import { flowInAws } from "../deps.ts";
import { type Answer, CallError, readFields } from "./http.ts";
import { readOne } from "./list.ts";
import { viewOf } from "./view.ts";

const noFields = v.strictObject({});

/** Takes a person's decision about a request. */
export async function decide(
  person: Person,
  requestId: string,
  what: PersonsDecision["what"],
  body: unknown,
): Promise<Answer> {
  readFields(noFields, body);
  const { deps } = flowInAws();
  await readOne(deps.store, requestId);
  const progress = { isWritten: false };
  const traced: FlowDeps = {
    ...deps,
    store: {
      ...deps.store,
      write: (request) => {
        progress.isWritten = true;
        return deps.store.write(request);
      },
    },
  };
  const decision: PersonsDecision = { by: person, door: "command", what };
  const next = await decideOn(traced, requestId, decision).catch((error: unknown) => {
    if (!progress.isWritten) throw error;
    const sentence = `Your decision about request ${requestId} may or may not be recorded; repeat the decision: a repetition changes nothing`;
    throw new CallError(503, sentence, error);
  });
  if (!next.ok) return { status: 409, body: { error: next.refusal } };
  return { status: 200, body: { request: viewOf(next.request, deps.clock.now()) } };
}
