import type { Person, PersonsDecision } from "@sym/flow";
import * as v from "valibot";
import { flowInAws } from "../deps.ts";
import { recordDecision } from "../record.ts";
import { type Answer, readFields } from "./http.ts";
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
  const decided = await recordDecision(requestId, { by: person, door: "command", what });
  if (!decided.ok) return { status: 409, body: { error: decided.refusal } };
  return { status: 200, body: { request: viewOf(decided.request, deps.clock.now()) } };
}
